package io.braid.verify;

import io.braid.Default;
import io.braid.Doc;
import io.braid.math.find.ResponseText;
import java.util.Locale;

/**
 * Compares text character by character: a response is correct if it equals the reference, ignoring
 * white space around both.
 *
 * @param part the part of the response that is compared
 * @param ignoreCase whether upper and lower case are considered equal
 */
public record Exact(
    @Doc("final-answer: the last <answer> tags, else the last \\boxed{}, else the whole response.")
        @Default("final-answer")
        Part part,
    @Doc("Upper and lower case are considered equal.") @Default("false") boolean ignoreCase)
    implements VerifierSettings {
  /** The part of a response that is compared. */
  public enum Part {
    /**
     * The content of the last {@code <answer>} tags, otherwise of the last {@code \boxed{}},
     * otherwise the whole response.
     */
    FINAL_ANSWER,
    /** The whole response. */
    WHOLE
  }

  @Override
  public Verifier create() {
    return new AnyReference(this::judge);
  }

  private Verdict judge(Submission submission) {
    String gold = key(GoldText.of(submission.problem(), "exact"));
    String given =
        key(
            switch (part) {
              case FINAL_ANSWER -> ResponseText.answer(submission.response());
              case WHOLE -> submission.response();
            });
    if (given.isEmpty()) {
      return Verdict.noAnswer("no answer");
    }
    if (submission.announcedOnly()
        && part == Part.FINAL_ANSWER
        && ResponseText.marked(submission.response()).isEmpty()) {
      return Verdict.notAnnounced();
    }
    return given.equals(gold) ? Verdict.right(given) : Verdict.wrong(given, "another text");
  }

  private String key(String text) {
    return ignoreCase ? text.strip().toLowerCase(Locale.ROOT) : text.strip();
  }
}

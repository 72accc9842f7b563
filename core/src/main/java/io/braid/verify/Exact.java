package io.braid.verify;

import io.braid.Default;
import io.braid.Doc;
import io.braid.math.find.ResponseText;
import java.util.Locale;

/**
 * Right is the reference's text, character by character, but for white space around both.
 *
 * @param part what is compared
 * @param ignoreCase whether upper and lower case are the same
 */
public record Exact(
    @Doc("final: what tags or else a box hold, or else the whole response.")
        @Default("final-answer")
        Part part,
    @Default("false") boolean ignoreCase)
    implements VerifierSettings {
  /** What of a response is compared. */
  public enum Part {
    /** What the last tags or else the last box hold, or else the whole. */
    FINAL_ANSWER,
    /** The whole response. */
    WHOLE
  }

  @Override
  public Verifier create() {
    return new AnyTruth(this::judge);
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
    return given.equals(gold) ? Verdict.right(given) : Verdict.wrong(given, "another text");
  }

  private String key(String text) {
    return ignoreCase ? text.strip().toLowerCase(Locale.ROOT) : text.strip();
  }
}

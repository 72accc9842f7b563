package io.braid.verify;

import io.braid.Default;
import io.braid.Doc;
import io.braid.math.Extraction;
import io.braid.math.find.ResponseText;
import io.braid.task.Problem;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Judges like the graders of GSM8K: a response is correct if its number equals the reference's last
 * number. Thousands separators, dollar signs and trailing zeros of a decimal are ignored.
 *
 * @param extraction the part of the response in which the number is searched
 */
public record Gsm8k(
    @Doc("strict: only the number after ####; flexible: without one, the last number.")
        @Default("flexible")
        Extraction extraction)
    implements VerifierSettings {
  private static final Pattern NUMBER =
      Pattern.compile("-?\\$?(?:\\d[\\d,]{0,99}(?:\\.\\d{1,99})?|\\.\\d{1,99})");
  private static final Pattern AFTER_HASHES = Pattern.compile("####[ \\t]*(" + NUMBER + ")");

  private static final String NO_NUMBER = "the reference has no number";

  /** The part of the response in which the number is searched. */
  public enum Extraction {
    /** Only after {@code ####}, as the data set requires. */
    STRICT,
    /** After {@code ####}; without such a number, the last number of the response. */
    FLEXIBLE
  }

  @Override
  public Verifier create() {
    return new AnyReference(new Grading(this));
  }

  private record Grading(Gsm8k settings) implements Verifier {
    @Override
    public Verdict judge(Submission submission) {
      return settings.judge(submission);
    }

    @Override
    public Optional<String> unreadable(Problem problem) {
      return last(NUMBER, GoldText.of(problem, "gsm8k"), 0).isPresent()
          ? Optional.empty()
          : Optional.of(NO_NUMBER);
    }
  }

  private Verdict judge(Submission submission) {
    String gold = GoldText.of(submission.problem(), "gsm8k");
    Optional<String> wanted = last(NUMBER, gold, 0);
    Optional<String> number = number(ResponseText.end(submission.response()));
    if (number.isEmpty()) {
      return Verdict.noAnswer(
          extraction == Extraction.STRICT ? "no number after ####" : "no number");
    }
    String given = number.get();
    if (submission.announcedOnly()
        && last(AFTER_HASHES, ResponseText.end(submission.response()), 1).isEmpty()) {
      return Verdict.notAnnounced();
    }
    if (wanted.isEmpty()) {
      return Verdict.unknown(number, NO_NUMBER);
    }
    return given.equals(wanted.get())
        ? Verdict.right(given)
        : Verdict.wrong(given, "another number");
  }

  private Optional<String> number(String response) {
    Optional<String> marked = last(AFTER_HASHES, response, 1);
    return extraction == Extraction.STRICT ? marked : marked.or(() -> last(NUMBER, response, 0));
  }

  /** Returns the last match as a plain decimal number without trailing zeros. */
  private static Optional<String> last(Pattern pattern, String text, int group) {
    Matcher matcher = pattern.matcher(text);
    Optional<String> last = Optional.empty();
    while (matcher.find()) {
      last = Optional.of(matcher.group(group));
    }
    return last.map(number ->
        new BigDecimal(number.replaceAll("[$,]", "")).stripTrailingZeros().toPlainString());
  }
}

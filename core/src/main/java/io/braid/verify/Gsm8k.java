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
 * The graders of GSM8K: right is the reference's number after {@code ####}. Thousands' commas,
 * dollar signs and zeros at the end of a decimal change nothing.
 *
 * @param extraction where the number is looked for
 */
public record Gsm8k(
    @Doc("strict: only after ####; flexible: else the last number.") @Default("flexible")
        Extraction extraction)
    implements VerifierSettings {
  private static final Pattern NUMBER =
      Pattern.compile("-?\\$?(?:\\d[\\d,]{0,99}(?:\\.\\d{1,99})?|\\.\\d{1,99})");
  private static final Pattern AFTER_HASHES = Pattern.compile("####[ \\t]*(" + NUMBER + ")");

  private static final String NO_NUMBER = "the reference has no number";

  /** Where the number is looked for. */
  public enum Extraction {
    /** Only after {@code ####}, as the data set asks for. */
    STRICT,
    /** After {@code ####}, or else the last number of the response. */
    FLEXIBLE
  }

  @Override
  public Verifier create() {
    return new AnyTruth(new Grading(this));
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

  /** The value of the last match, in one spelling. */
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

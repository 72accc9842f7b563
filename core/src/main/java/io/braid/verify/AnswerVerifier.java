package io.braid.verify;

import io.braid.task.FinalAnswer;
import io.braid.task.Rational;
import io.braid.task.Reference;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Right is the reference's text after small tidying, or a number of exactly its value: {@code
 * 1,000.50} is {@code 1000.5} and {@code \frac{1}{2}} is {@code 0.5}. Anything deeper, such as
 * equal formulas, counts as wrong.
 *
 * <p>The answer is what the last {@code \boxed{}} holds, or else the last {@code <answer>} tags, or
 * else what follows the last {@code ####}, or else the last number of the response.
 */
final class AnswerVerifier {
  private static final int LONGEST_ANSWER = 1024;

  /** Ends a word, so that the 2 of {@code x2}, {@code 2x} or {@code \frac{1}{2}} is not one. */
  private static final Pattern LONE_NUMBER =
      Pattern.compile(
          "(?<![\\w.,/{}^\\\\-])-?\\$?\\d{1,64}(?:,\\d{3}){0,20}(?:\\.\\d{1,64})?(?:/\\d{1,64})?(?![\\w/{}^]|[.,]\\d)");

  private AnswerVerifier() {}

  static Verdict judge(Reference.Text reference, String response) {
    Optional<String> answer = answer(ResponseText.end(response));
    if (answer.isEmpty()) {
      return Verdict.noAnswer("no answer");
    }
    if (answer.get().length() > LONGEST_ANSWER) {
      return Verdict.noAnswer("no answer: too long");
    }
    String given = key(answer.get());
    return given.equals(key(reference.answer()))
            || reference.alternatives().stream().anyMatch(other -> given.equals(key(other)))
        ? Verdict.right(given)
        : Verdict.wrong(given, "another answer");
  }

  /** Equal for equal answers: the exact value of a number, or else the tidied text. */
  private static String key(String answer) {
    String tidy = TidyAnswer.of(answer);
    return TidyAnswer.number(tidy).map(Rational::toString).orElse(tidy);
  }

  private static Optional<String> answer(String response) {
    return FinalAnswer.boxed(response)
        .or(() -> FinalAnswer.tagged(response))
        .or(() -> FinalAnswer.afterHashes(response))
        .or(() -> lastNumber(response));
  }

  /** Empty when the last digits belong to something else: an earlier number is not the answer. */
  private static Optional<String> lastNumber(String response) {
    Matcher matcher = LONE_NUMBER.matcher(response);
    Optional<String> last = Optional.empty();
    int end = 0;
    while (matcher.find()) {
      last = Optional.of(matcher.group());
      end = matcher.end();
    }
    boolean digitsFollow = response.substring(end).chars().anyMatch(Character::isDigit);
    return digitsFollow ? Optional.empty() : last;
  }
}

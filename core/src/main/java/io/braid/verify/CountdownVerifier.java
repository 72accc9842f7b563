package io.braid.verify;

import io.braid.math.find.ResponseText;
import io.braid.math.value.Rational;
import io.braid.task.Countdown;
import io.braid.task.Expression;
import java.util.Optional;

/**
 * Judges Countdown: a response is correct if its expression uses each number of the problem exactly
 * once and has exactly the target's value. Intermediate values may be negative or fractional.
 *
 * <p>The expression is the content of the last {@code <answer>} tags or, without them, of the last
 * {@code \boxed{}}. Without either, it is the whole response. It may be followed by {@code =
 * target}.
 */
final class CountdownVerifier {
  private static final int LONGEST = 512;

  private CountdownVerifier() {}

  static Verdict judge(Countdown problem, String response) {
    String answer = ResponseText.answer(response);
    if (answer.length() > LONGEST) {
      return Verdict.noAnswer("no expression: too long");
    }
    answer = withoutTeX(answer);
    int equals = answer.indexOf('=');
    String left = equals < 0 ? answer : answer.substring(0, equals);
    Optional<Expression> parsed = Expression.parse(left);
    if (parsed.isEmpty()) {
      return Verdict.noAnswer("no expression");
    }
    Expression expression = parsed.get();
    String key = problem.counting().sameness().key(expression);
    if (equals >= 0
        && !answer.substring(equals + 1).strip().equals(String.valueOf(problem.target()))) {
      return Verdict.wrong(key, "the number after = is not the target");
    }
    if (!expression.numbers().stream().sorted().toList().equals(problem.numbers())) {
      return Verdict.wrong(key, "does not use each of the problem's numbers exactly once");
    }
    Optional<Rational> value = expression.value();
    if (value.isEmpty()) {
      return Verdict.wrong(key, "division by 0");
    }
    return value.get().equals(Rational.of(problem.target()))
        ? Verdict.right(key)
        : Verdict.wrong(key, "the value is " + value.get());
  }

  private static String withoutTeX(String text) {
    return text.replace("\\times", "*")
        .replace("\\cdot", "*")
        .replace("\\div", "/")
        .replace("\\left", "")
        .replace("\\right", "")
        .replace("$", "");
  }
}

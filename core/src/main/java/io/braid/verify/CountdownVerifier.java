package io.braid.verify;

import io.braid.math.find.ResponseText;
import io.braid.math.value.Rational;
import io.braid.task.Countdown;
import io.braid.task.Expression;
import java.util.Optional;

/**
 * Right is any expression that uses each number of the problem exactly once and has exactly the
 * target's value, negative and fractional parts included.
 *
 * <p>The expression is what the last {@code <answer>} tags hold, or else the last {@code \boxed{}},
 * or else the whole response. {@code = target} may follow it.
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
      return Verdict.wrong(key, "what follows = is not the target");
    }
    if (!expression.numbers().stream().sorted().toList().equals(problem.numbers())) {
      return Verdict.wrong(key, "other numbers than the problem's, or not each once");
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

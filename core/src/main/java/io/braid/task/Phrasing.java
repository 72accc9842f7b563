package io.braid.task;

/** The wording of a Countdown question, and the form of response that it expects. */
public enum Phrasing {
  /**
   * {@code 3 5 7 = 26 :} for a tokenizer with one token per number; the response is only the
   * expression, {@code ( 3 + 5 ) * 7} with single spaces.
   */
  COMPACT,
  /** An instruction in English; the expression is expected in {@code <answer></answer>}. */
  WORDS;

  String question(Countdown countdown) {
    return switch (this) {
      case COMPACT -> countdown.joined(" ") + " = " + countdown.target() + " :";
      case WORDS ->
          "Combine the numbers %s with +, -, *, / and parentheses into an expression that equals %s. Use each number exactly once. Write the expression between <answer> and </answer>."
              .formatted(countdown.joined(", "), countdown.target());
    };
  }

  String response(Expression expression) {
    return switch (this) {
      case COMPACT -> expression.text();
      case WORDS -> "<answer>" + expression.text() + "</answer>";
    };
  }
}

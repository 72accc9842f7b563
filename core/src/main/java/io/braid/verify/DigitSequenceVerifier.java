package io.braid.verify;

import io.braid.math.find.ResponseText;
import io.braid.task.DigitSequence;

/**
 * Right is the list of the terms asked for and nothing more, with commas or white space between.
 *
 * <p>The list is what the last {@code <answer>} tags hold, or else the last {@code \boxed{}}, or
 * else the whole response.
 */
final class DigitSequenceVerifier {
  /** Room for three characters and a little more a term. */
  private static final int LONGEST_TERM = 8;

  private DigitSequenceVerifier() {}

  static Verdict judge(DigitSequence sequence, String response) {
    String answer = ResponseText.answer(response).strip();
    if (answer.length() > LONGEST_TERM * sequence.count()) {
      return Verdict.noAnswer("no list of terms: too long");
    }
    String given = String.join(",", answer.split("[,\\s]+"));
    if (!given.matches("[0-9,]+")) {
      return Verdict.noAnswer("no list of terms");
    }
    return given.equals(sequence.answer())
        ? Verdict.right(given)
        : Verdict.wrong(given, "other terms");
  }
}

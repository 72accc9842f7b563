package io.braid.verify;

import io.braid.math.find.ResponseText;
import io.braid.task.DigitSequence;

/**
 * Judges digit sequences: a response is correct if it lists exactly the requested terms, separated
 * by commas or white space.
 *
 * <p>The list is the content of the last {@code <answer>} tags or, without them, of the last {@code
 * \boxed{}}. Without either, it is the whole response.
 */
final class DigitSequenceVerifier {
  /** Maximum number of characters per term, including separators; a term has at most two digits. */
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

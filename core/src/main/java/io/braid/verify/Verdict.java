package io.braid.verify;

import java.util.Optional;

/**
 * What a response is worth.
 *
 * @param reward a finite number: 0 for a wrong response and 1 for a right one, where a verifier
 *     does not say otherwise
 * @param correct whether the response solves the problem
 * @param canonical a key of the answer that was found, equal for equal answers: right or wrong, for
 *     votes and for counting different solutions; empty when no answer was found
 * @param reason why, in a few words for people
 */
public record Verdict(double reward, boolean correct, Optional<String> canonical, String reason) {
  static Verdict right(String canonical) {
    return new Verdict(1, true, Optional.of(canonical), "correct");
  }

  static Verdict wrong(String canonical, String reason) {
    return new Verdict(0, false, Optional.of(canonical), reason);
  }

  static Verdict noAnswer(String reason) {
    return new Verdict(0, false, Optional.empty(), reason);
  }
}

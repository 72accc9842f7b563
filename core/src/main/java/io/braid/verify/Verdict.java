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
 * @param unknown whether this is no finding: the reference or the answer could not be read, or the
 *     tests of a program could not be run. The reward is then what a wrong response earns
 * @param parts how the reward falls on the response's tokens or steps; else on its last token
 */
public record Verdict(
    double reward,
    boolean correct,
    Optional<String> canonical,
    String reason,
    boolean unknown,
    Optional<PartRewards> parts) {
  private static final int SHOWN = 200;

  /** A finding about the response as a whole. */
  public Verdict(double reward, boolean correct, Optional<String> canonical, String reason) {
    this(reward, correct, canonical, reason, /* unknown= */ false, Optional.empty());
  }

  /** No finding; what the response earns is what a wrong one does. */
  public static Verdict unknown(Optional<String> canonical, String reason) {
    return new Verdict(0, false, canonical, reason, /* unknown= */ true, Optional.empty());
  }

  /** A response whose parts earned something each: its reward is their sum. */
  public static Verdict ofParts(PartRewards parts, boolean correct, String reason) {
    return new Verdict(
        parts.sum(), correct, Optional.empty(), reason, /* unknown= */ false, Optional.of(parts));
  }

  /** The same, its reward falling on these parts. */
  public Verdict with(PartRewards other) {
    return new Verdict(reward, correct, canonical, reason, unknown, Optional.of(other));
  }

  /** The reason in one short line without control characters: it may be a stranger's text. */
  public String plainReason() {
    String line = reason.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Co}\\p{Cn}\\p{Cs}\\p{Z}]+", " ").strip();
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
  }

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

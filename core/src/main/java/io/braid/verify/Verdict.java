package io.braid.verify;

import java.util.Optional;

/**
 * A verifier's verdict on a response.
 *
 * @param reward a finite number; by default 0 for a wrong response and 1 for a correct one
 * @param correct whether the response solves the problem
 * @param canonical key of the response's answer, the same for equal answers whether correct or
 *     wrong; used for votes and for counting distinct solutions; empty if no answer was found
 * @param reason explanation in a few words
 * @param unknown whether the response could not be judged, because the reference or the answer
 *     could not be read or a program's tests could not be run; the reward is then that of a wrong
 *     response
 * @param parts rewards of the response's tokens or steps; if empty, the last token gets the reward
 * @param unannounced whether the response has an answer that does not count, because the response
 *     was cut off and does not announce it ({@link Submission#announcedOnly()})
 * @param reading the answer as the verifier read it, for people; empty if the verifier found none
 *     or does not read answers, as for programs
 */
public record Verdict(
    double reward,
    boolean correct,
    Optional<String> canonical,
    String reason,
    boolean unknown,
    Optional<PartRewards> parts,
    boolean unannounced,
    Optional<String> reading) {
  private static final int SHOWN = 200;

  /** Creates a verdict on an answer that counts, without a reading. */
  public Verdict(
      double reward,
      boolean correct,
      Optional<String> canonical,
      String reason,
      boolean unknown,
      Optional<PartRewards> parts) {
    this(
        reward,
        correct,
        canonical,
        reason,
        unknown,
        parts,
        /* unannounced= */ false,
        Optional.empty());
  }

  /** Creates a verdict on the response as a whole. */
  public Verdict(double reward, boolean correct, Optional<String> canonical, String reason) {
    this(reward, correct, canonical, reason, /* unknown= */ false, Optional.empty());
  }

  /** Creates the verdict on a response that could not be judged; its reward is 0. */
  public static Verdict unknown(Optional<String> canonical, String reason) {
    return new Verdict(0, false, canonical, reason, /* unknown= */ true, Optional.empty());
  }

  /** Creates a verdict whose reward is the sum of the parts' rewards. */
  public static Verdict ofParts(PartRewards parts, boolean correct, String reason) {
    return new Verdict(
        parts.sum(), correct, Optional.empty(), reason, /* unknown= */ false, Optional.of(parts));
  }

  /** Returns this verdict with the reward distributed over these parts. */
  public Verdict with(PartRewards other) {
    return new Verdict(
        reward, correct, canonical, reason, unknown, Optional.of(other), unannounced, reading);
  }

  /** Returns this verdict with the answer as the verifier read it. */
  Verdict read(String as) {
    return new Verdict(
        reward, correct, canonical, reason, unknown, parts, unannounced, Optional.of(as));
  }

  /** Returns the reason as one short line without control characters, since it may be untrusted. */
  public String plainReason() {
    String line = reason.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Co}\\p{Cn}\\p{Cs}\\p{Z}]+", " ").strip();
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
  }

  static Verdict right(String canonical) {
    return new Verdict(1, true, Optional.of(canonical), "correct").read(canonical);
  }

  static Verdict wrong(String canonical, String reason) {
    return new Verdict(0, false, Optional.of(canonical), reason).read(canonical);
  }

  /** Creates the verdict on a cut-off response that does not announce its answer. */
  static Verdict notAnnounced() {
    return new Verdict(
        0,
        false,
        Optional.empty(),
        "cut off before it announced an answer",
        /* unknown= */ false,
        Optional.empty(),
        /* unannounced= */ true,
        Optional.empty());
  }

  static Verdict noAnswer(String reason) {
    return new Verdict(0, false, Optional.empty(), reason);
  }
}

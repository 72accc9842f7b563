package io.braid.run.train;

import io.braid.verify.Announced;
import io.braid.verify.Verifier;

/** Which answers of a response that was cut off at the limit may earn a reward. */
public enum TruncatedAnswers {
  /** Only an answer in a box or in tags, after {@code ####}, or after words that announce it. */
  ANNOUNCED,
  /** An answer wherever the verifier finds one, such as the last number. */
  ANYWHERE;

  /** Returns a verifier that judges accordingly and closes the given one. */
  Verifier judgedBy(Verifier verifier) {
    return this == ANNOUNCED ? new Announced(verifier) : verifier;
  }
}

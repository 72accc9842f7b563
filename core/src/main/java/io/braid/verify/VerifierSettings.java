package io.braid.verify;

/** How responses are judged, as a recipe states it. */
public sealed interface VerifierSettings permits Rule, Judge {
  /**
   * The verifier; the caller closes it.
   *
   * @throws io.braid.UserError when what it needs is not there
   */
  Verifier create();
}

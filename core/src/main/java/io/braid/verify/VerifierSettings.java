package io.braid.verify;

/** How responses are judged, as a recipe states it. */
public sealed interface VerifierSettings
    permits Choice, Custom, Exact, Format, Gsm8k, Guarded, Http, Rule, Sum {
  /**
   * The verifier; the caller closes it.
   *
   * @throws io.braid.UserError when what it needs is not there
   */
  Verifier create();
}

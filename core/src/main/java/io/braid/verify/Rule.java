package io.braid.verify;

import io.braid.Default;
import io.braid.Doc;
import io.braid.math.Extraction;
import io.braid.math.Strictness;

/**
 * Judges by the problem's own reference: answers by equivalence, programs by their tests, generated
 * tasks by their rules.
 *
 * @param strictness how far an answer may be from the reference's form
 * @param extraction where an answer may stand
 * @param code how programs are run
 */
public record Rule(
    @Doc("lenient accepts what public graders accept, such as a forgotten unit.") @Default("strict")
        Strictness strictness,
    @Doc("anywhere, or box: only a closed box behind the thoughts counts.") @Default("anywhere")
        Extraction extraction,
    CodeSettings code)
    implements VerifierSettings {
  /** For rewards, with the usual limits for programs. */
  public static final Rule STRICT =
      new Rule(Strictness.STRICT, Extraction.ANYWHERE, CodeSettings.STANDARD);

  /** For evaluation, likewise. */
  public static final Rule LENIENT =
      new Rule(Strictness.LENIENT, Extraction.ANYWHERE, CodeSettings.STANDARD);

  @Override
  public Verifier create() {
    return new RuleVerifier(this);
  }
}

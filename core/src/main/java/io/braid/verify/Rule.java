package io.braid.verify;

import io.braid.Default;
import io.braid.Doc;
import io.braid.math.Extraction;
import io.braid.math.Strictness;

/**
 * Judges a response against the problem's own reference: text answers by equivalence, programs by
 * their tests, generated tasks by their rules.
 *
 * @param strictness how far an answer's form may differ from the reference's
 * @param extraction where in a response its answer may be
 * @param code settings for running programs
 */
public record Rule(
    @Doc("lenient accepts what public graders accept, such as a missing unit.") @Default("strict")
        Strictness strictness,
    @Doc("anywhere; or box: only a closed \\boxed{} after the thoughts counts.")
        @Default("anywhere")
        Extraction extraction,
    CodeSettings code)
    implements VerifierSettings {
  /** The rule for rewards, with the default limits for programs. */
  public static final Rule STRICT =
      new Rule(Strictness.STRICT, Extraction.ANYWHERE, CodeSettings.STANDARD);

  /** The rule for evaluation, with the default limits for programs. */
  public static final Rule LENIENT =
      new Rule(Strictness.LENIENT, Extraction.ANYWHERE, CodeSettings.STANDARD);

  @Override
  public Verifier create() {
    return new RuleVerifier(this);
  }
}

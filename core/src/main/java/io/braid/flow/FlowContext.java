package io.braid.flow;

import io.braid.Check;

/**
 * The condition under which the field scores a token's latent: the latent of a neighbouring token,
 * or its own (arXiv 2510.10201, section 3.2).
 *
 * @param mode side of the token on which the condition is
 * @param shift distance from a token to its condition, in tokens, at least 1; ignored by {@link
 *     Mode#IDENTITY}
 */
public record FlowContext(Mode mode, int shift) {

  /** The side of a token on which its condition is. */
  public enum Mode {
    /** An earlier token: the target h_i under the condition h_{i−shift}. */
    TOKEN_POST,
    /** A later token: the target h_i under the condition h_{i+shift}. */
    TOKEN_PRE,
    /** The target token itself. */
    IDENTITY
  }

  /** Checks the shift. */
  public FlowContext {
    Check.atLeast("flow_shift", shift, 1);
  }

  /** Returns the condition's position relative to the target. */
  int offset() {
    return switch (mode) {
      case TOKEN_POST -> -shift;
      case TOKEN_PRE -> shift;
      case IDENTITY -> 0;
    };
  }
}

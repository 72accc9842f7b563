package io.braid.flow;

import io.braid.UserError;

/**
 * Under which condition the field judges a token's latent: the latent of a neighbour, or its own
 * (arXiv 2510.10201, section 3.2).
 *
 * @param mode on which side the condition stands
 * @param shift how many tokens away, at least 1; of no meaning to {@link Mode#IDENTITY}
 */
public record FlowContext(Mode mode, int shift) {

  /** On which side of a token its condition stands. */
  public enum Mode {
    /** Behind it: the target h_i under the condition h_{i−shift}. */
    TOKEN_POST,
    /** Before it: the target h_i under the condition h_{i+shift}. */
    TOKEN_PRE,
    /** The target itself. */
    IDENTITY
  }

  /** Checks the shift. */
  public FlowContext {
    if (shift < 1) {
      throw new UserError("flow_shift: must be at least 1, here " + shift);
    }
  }

  /** Where the condition stands, counted from the target. */
  int offset() {
    return switch (mode) {
      case TOKEN_POST -> -shift;
      case TOKEN_PRE -> shift;
      case IDENTITY -> 0;
    };
  }
}

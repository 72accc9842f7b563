package io.braid.math.read;

/** Greek letters, written as characters or as commands. */
final class Greek {
  private Greek() {}

  /** Returns the common spelling of a Greek letter; other names are unchanged. */
  static String plain(String name) {
    return switch (name) {
      case "θ" -> "\\theta";
      case "α" -> "\\alpha";
      case "β" -> "\\beta";
      case "γ" -> "\\gamma";
      case "ω" -> "\\omega";
      case "λ" -> "\\lambda";
      case "σ" -> "\\sigma";
      case "μ" -> "\\mu";
      case "φ", "\\varphi" -> "\\phi";
      case "\\varepsilon", "ε" -> "\\epsilon";
      case "ρ" -> "\\rho";
      case "τ" -> "\\tau";
      default -> name;
    };
  }
}

package io.braid.math.read;

/** Greek letters, which are written as signs and as commands. */
final class Greek {
  private Greek() {}

  /** One spelling for each; other names as they are. */
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

package io.braid.app;

import io.braid.Default;
import io.braid.recipe.Overlay;
import io.braid.recipe.Recipe;
import io.braid.verify.VerifierSettings;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code --verifier}: how responses are judged, by commands that read no recipe. */
final class VerifierOption {
  @Option(
      names = "--verifier",
      paramLabel = "NAME|YAML|FILE",
      defaultValue = "{type: rule, strictness: lenient}",
      description =
          "How responses are judged: a name such as gsm8k, its settings as in a recipe, or a .yaml file with the key verifier (default: ${DEFAULT-VALUE}).")
  private String verifier = "";

  /**
   * What such a file holds.
   *
   * @param verifier how responses are judged
   */
  record Spoken(@Default("{type: rule, strictness: lenient}") VerifierSettings verifier) {}

  /**
   * What was asked for.
   *
   * @throws io.braid.UserError when it is not a verifier
   */
  VerifierSettings settings() {
    Spoken spoken =
        verifier.matches("(?i).*\\.ya?ml")
            ? Recipe.read(Path.of(verifier), List.of(), Spoken.class)
            : Recipe.of(List.of(Overlay.of("verifier=" + verifier)), Spoken.class);
    return spoken.verifier();
  }

  @Override
  public String toString() {
    return verifier;
  }
}

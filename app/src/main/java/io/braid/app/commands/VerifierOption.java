package io.braid.app.commands;

import io.braid.recipe.Overlay;
import io.braid.recipe.Recipe;
import io.braid.verify.VerifierSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --verifier}: how responses are judged, for commands that read no recipe. */
final class VerifierOption {
  private static final String LENIENT = "{type: rule, strictness: lenient}";

  @Option(
      names = "--verifier",
      paramLabel = "NAME|YAML|FILE",
      description =
          "How to judge responses: a name such as gsm8k, settings as in a recipe, or a .yaml file"
              + " with the key verifier (default: rule; lenient for evaluation).")
  private Optional<String> verifier = Optional.empty();

  /**
   * The content of such a file.
   *
   * @param verifier how responses are judged
   */
  record Spoken(VerifierSettings verifier) {}

  /** Returns whether the option is given. */
  boolean isGiven() {
    return verifier.isPresent();
  }

  /** Returns the settings for rewards: strict unless the option says otherwise. */
  VerifierSettings forRewards() {
    return settings(verifier.orElse("rule"));
  }

  /** Returns the settings for evaluation: lenient unless the option says otherwise. */
  VerifierSettings forEvaluation() {
    return settings(verifier.orElse(LENIENT));
  }

  private static VerifierSettings settings(String words) {
    Spoken spoken =
        words.matches("(?i).*\\.ya?ml")
            ? Recipe.read(Path.of(words), List.of(), Spoken.class)
            : Recipe.of(List.of(Overlay.of("verifier=" + words)), Spoken.class);
    return spoken.verifier();
  }

  /** Returns the option's value for display beside a result. */
  @Override
  public String toString() {
    return verifier.orElse(LENIENT);
  }
}

package io.braid.verify;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A verifier of the user's own: a public class that implements {@link Verifier}, with a public
 * constructor that takes nothing or a {@code Map<String, String>} of settings.
 *
 * @param class_ its full name; a recipe's key has no underscore
 * @param jar where it is, when it is not on the class path
 * @param settings what its constructor is given
 * @param seconds the most that one call may take
 */
public record Custom(
    @Doc("The full name of a public class that implements io.braid.verify.Verifier.") String class_,
    @Doc("Where it is; else on BRAID_CLASSPATH.") Optional<Path> jar,
    @Doc("What its constructor is given.") @Default("{}") Map<String, String> settings,
    @Doc("The most that one call of it may take; then the run ends.") @Default("600")
        double seconds)
    implements VerifierSettings {
  private static final double MOST_SECONDS = 86_400;

  /** Checks the name, and copies the settings in their order. */
  public Custom {
    if (class_.isBlank()) {
      throw new SettingError("class", "must be the full name of a class, such as my.Verifier");
    }
    Check.above("seconds", seconds, 0, MOST_SECONDS);
  }

  /** A class with the usual limit of time. */
  public Custom(String class_, Optional<Path> jar, Map<String, String> settings) {
    this(class_, jar, settings, 600);
  }

  @Override
  public Verifier create() {
    return CustomVerifier.load(this);
  }
}

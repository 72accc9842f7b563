package io.braid.verify;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.NamesClass;
import io.braid.SettingError;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A user's own verifier: a public class that implements {@link Verifier} and has a public
 * constructor without parameters, or with one {@code Map<String, String>} of settings.
 *
 * @param class_ full name of the class
 * @param jar the class's jar file, if it is not on the class path
 * @param settings settings that the constructor receives
 * @param timeoutSeconds time limit of one call, in seconds
 */
public record Custom(
    @Doc("Full name of a public class that implements io.braid.verify.Verifier.") String class_,
    @Doc("The class's jar file; without it the class must be on BRAID_CLASSPATH.")
        Optional<Path> jar,
    @Doc("Settings that the constructor receives.") @Default("{}") Map<String, String> settings,
    @Doc("Time limit of one call, in seconds; a longer call ends the run.") @Default("600")
        double timeoutSeconds)
    implements VerifierSettings, NamesClass {
  private static final double MOST_SECONDS = 86_400;

  /** Checks the name and the time limit. */
  public Custom {
    if (class_.isBlank()) {
      throw new SettingError("class", "must be the full name of a class, such as my.Verifier");
    }
    Check.above("timeout_seconds", timeoutSeconds, 0, MOST_SECONDS);
  }

  /** Creates settings with the default time limit of 600 s. */
  public Custom(String class_, Optional<Path> jar, Map<String, String> settings) {
    this(class_, jar, settings, 600);
  }

  @Override
  public Verifier create() {
    return CustomVerifier.load(this);
  }
}

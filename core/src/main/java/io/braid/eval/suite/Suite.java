package io.braid.eval.suite;

import io.braid.Nearest;
import io.braid.UserError;
import io.braid.eval.suite.vision.VisionSuite;
import io.braid.task.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A public benchmark. Its problems come from the user's files; Braid ships none of them.
 *
 * @param name name of the suite on the command line
 * @param title description of the suite
 * @param from source of the problems: a repository of the Hugging Face hub or of GitHub
 * @param rows published number of problems; absent if it differs between releases
 * @param asking default settings for asking its problems
 * @param vision how a suite with images is read and scored; absent for others
 * @param files possible names of its file, of which the first that exists is used; {@code *} in the
 *     last part matches any text
 */
public record Suite(
    String name,
    String title,
    String from,
    OptionalInt rows,
    Asking asking,
    Optional<VisionSuite> vision,
    List<String> files) {
  /** Name of the suite whose results give a Codeforces rating. */
  public static final String CODEFORCES = "codeforces";

  /** Copies the list. */
  public Suite {
    files = List.copyOf(files);
  }

  /** Creates a suite without images. */
  public Suite(
      String name, String title, String from, OptionalInt rows, Asking asking, List<String> files) {
    this(name, title, from, rows, asking, Optional.empty(), files);
  }

  /** Returns all suites of {@link Suites}. */
  public static List<Suite> all() {
    return Suites.ALL;
  }

  /**
   * Returns the suite with the given name.
   *
   * @throws UserError if there is no such suite, with the nearest known name
   */
  public static Suite named(String name) {
    return Suites.ALL.stream()
        .filter(suite -> suite.name().equals(name))
        .findFirst()
        .orElseThrow(() -> unknown(name));
  }

  private static UserError unknown(String name) {
    List<String> known = Suites.ALL.stream().map(Suite::name).toList();
    String hint = Nearest.to(name, known).map(near -> "; did you mean '" + near + "'?").orElse(";");
    return new UserError(
        "there is no suite '%s'%s known suites are %s; any other file can be given as data"
            .formatted(name, hint, String.join(", ", known)));
  }

  /**
   * Finds this suite's file in a directory.
   *
   * @throws UserError if there is none, with the expected names and the source of the problems
   */
  public Path in(Path directory) {
    return new SuiteDirectory(directory).find(this);
  }

  /** Returns a warning if the number of problems differs from the published suite's. */
  public Optional<String> warning(Path file, List<Problem> problems) {
    return rows.isPresent() && rows.getAsInt() != problems.size()
        ? Optional.of(
            "%s: %s has %s problems, the published suite has %s: do not compare its numbers with published ones"
                .formatted(name, file, problems.size(), rows.getAsInt()))
        : Optional.empty();
  }
}

package io.braid.eval.suite;

import io.braid.Nearest;
import io.braid.UserError;
import io.braid.task.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A public benchmark. Its problems are the user's files; nothing of them comes with Braid.
 *
 * @param name by which it is asked for
 * @param title what it is
 * @param from where its problems come from: a repository of the Hugging Face hub, or of GitHub
 * @param rows how many problems it has as published; absent where releases differ
 * @param asking how it is asked when nothing else is said
 * @param files the names that its file is looked for by, the first that is there wins; {@code *} in
 *     the last part stands for anything
 */
public record Suite(
    String name, String title, String from, OptionalInt rows, Asking asking, List<String> files) {
  /** The suite whose results give a rating. */
  public static final String CODEFORCES = "codeforces";

  /** Copies the list. */
  public Suite {
    files = List.copyOf(files);
  }

  /** All suites, see {@link Suites}. */
  public static List<Suite> all() {
    return Suites.ALL;
  }

  /**
   * The suite of a name.
   *
   * @throws UserError naming the nearest known name
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
        "--suite: there is no suite '%s'%s known are %s; any other file is measured by --data"
            .formatted(name, hint, String.join(", ", known)));
  }

  /**
   * This suite's file among those of a directory.
   *
   * @throws UserError saying which names were looked for, and where the problems come from
   */
  public Path in(Path directory) {
    return new SuiteDirectory(directory).find(this);
  }

  /** What is unlike the published suite, of problems that were read for it, if anything. */
  public Optional<String> oddity(Path file, List<Problem> problems) {
    return rows.isPresent() && rows.getAsInt() != problems.size()
        ? Optional.of(
            "%s: %s has %s problems, the published suite has %s: do not compare its numbers with published ones"
                .formatted(name, file, problems.size(), rows.getAsInt()))
        : Optional.empty();
  }
}

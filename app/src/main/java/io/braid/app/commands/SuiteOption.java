package io.braid.app.commands;

import io.braid.UserError;
import io.braid.eval.suite.Suite;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** {@code --suite} and {@code --suites}: public benchmarks and where their files are. */
final class SuiteOption {
  @Option(
      names = "--suite",
      split = ",",
      paramLabel = "NAME[=FILE]",
      description =
          "Benchmarks, such as aime24,math500, or aime24=my/aime.json. docs/evaluation.md lists"
              + " them.")
  private List<String> suites = List.of();

  @Option(
      names = "--suites",
      paramLabel = "DIR",
      defaultValue = "data",
      description =
          "The directory of the benchmarks' files, under their published names (default:"
              + " ${DEFAULT-VALUE}).")
  private Path directory = Path.of("");

  /**
   * A suite and its file.
   *
   * @param suite the suite, with its default settings
   * @param file the file of its problems
   */
  record Found(Suite suite, Path file) {}

  boolean given() {
    return !suites.isEmpty();
  }

  /**
   * Returns the suites that the options name.
   *
   * @throws UserError if there is no such suite, or its file is missing
   */
  List<Found> found() {
    List<Found> found = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String each : suites) {
      int equals = each.indexOf('=');
      Suite suite = Suite.named(equals < 0 ? each : each.substring(0, equals));
      if (!names.add(suite.name())) {
        throw new UserError("--suite: '%s' is given twice; remove one".formatted(suite.name()));
      }
      found.add(
          new Found(suite, equals < 0 ? suite.in(directory) : Path.of(each.substring(equals + 1))));
    }
    return found;
  }

  @Override
  public String toString() {
    return String.join(",", suites);
  }
}

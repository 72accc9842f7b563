package io.braid.app.commands;

import io.braid.eval.suite.SuiteFile;
import java.nio.file.Path;
import java.util.List;
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

  boolean given() {
    return !suites.isEmpty();
  }

  /**
   * Returns the suites that the options name.
   *
   * @throws io.braid.UserError if there is no such suite, or its file is missing
   */
  List<SuiteFile> found() {
    return SuiteFile.find(suites, directory);
  }

  @Override
  public String toString() {
    return String.join(",", suites);
  }
}

package io.braid.app.commands;

import io.braid.task.ProblemFields;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options that name the fields of a data file. */
final class FieldOptions {
  @Option(
      names = "--question",
      paramLabel = "KEY",
      description =
          "The field that holds the question, or its path: prompt.0.content (default: found"
              + " automatically).")
  private Optional<String> question = Optional.empty();

  @Option(
      names = "--answer",
      paramLabel = "KEY",
      description = "The field that holds the answer (default: found automatically).")
  private Optional<String> answer = Optional.empty();

  @Option(names = "--id", paramLabel = "KEY", description = "The field that holds a unique id.")
  private Optional<String> id = Optional.empty();

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "The split to read from a data set that has several: train, test.")
  private Optional<String> split = Optional.empty();

  Optional<String> split() {
    return split;
  }

  ProblemFields fields() {
    return new ProblemFields(question, answer, id);
  }
}

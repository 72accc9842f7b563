package io.braid.app.commands;

import io.braid.task.ProblemFields;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which keys of a data file hold what, as options. */
final class FieldOptions {
  @Option(
      names = "--question",
      paramLabel = "KEY",
      description = "The question's key; else found by itself. May be a path: prompt.0.content.")
  private Optional<String> question = Optional.empty();

  @Option(
      names = "--answer",
      paramLabel = "KEY",
      description = "The answer's key; else found by itself.")
  private Optional<String> answer = Optional.empty();

  @Option(names = "--id", paramLabel = "KEY", description = "The key of a unique id.")
  private Optional<String> id = Optional.empty();

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "The split of a data set that has several: train, test.")
  private Optional<String> split = Optional.empty();

  Optional<String> split() {
    return split;
  }

  ProblemFields fields() {
    return new ProblemFields(question, answer, id);
  }
}

package io.braid.app.commands;

import io.braid.input.FieldsRecipe;
import io.braid.task.ProblemFields;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options that name the fields of a record that hold the question and the answer. */
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
      description = "The field that holds the reference answer (default: found automatically).")
  private Optional<String> answer = Optional.empty();

  ProblemFields fields(Optional<String> id) {
    return new ProblemFields(question, answer, id);
  }

  FieldsRecipe recipe() {
    return new FieldsRecipe(question, answer, Optional.empty());
  }
}

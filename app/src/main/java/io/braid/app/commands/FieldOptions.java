package io.braid.app.commands;

import io.braid.input.FieldsRecipe;
import io.braid.task.ProblemFields;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that name the fields of a record that hold the question, the answer and the images. */
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

  @Mixin private ImageOptions images = new ImageOptions();

  ProblemFields fields(Optional<String> id) {
    return new ProblemFields(question, answer, id).showing(images.fields());
  }

  FieldsRecipe recipe() {
    return new FieldsRecipe(
        question, answer, Optional.empty(), images.key(), images.root().map(Path::toString));
  }
}

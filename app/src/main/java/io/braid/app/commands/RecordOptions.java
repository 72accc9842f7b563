package io.braid.app.commands;

import io.braid.task.ProblemFields;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the commands that inspect data files: the split and the fields. */
final class RecordOptions {
  @Mixin private FieldOptions fields = new FieldOptions();

  @Mixin private SplitOption split = new SplitOption();

  @Option(names = "--id", paramLabel = "KEY", description = "The field that holds a unique id.")
  private Optional<String> id = Optional.empty();

  Optional<String> split() {
    return split.name();
  }

  ProblemFields fields() {
    return fields.fields(id);
  }
}

package io.braid.app.commands;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code braid model}. */
@Command(
    name = "model",
    description = "Imports, exports, merges and describes models.",
    subcommands = {
      ModelImportCommand.class,
      ModelExportCommand.class,
      ModelMergeCommand.class,
      ModelInfoCommand.class,
    })
public final class ModelCommand extends BraidCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "name what to do: import, export, merge or info");
  }
}

package io.braid.app.commands;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code braid flow}. */
@Command(
    name = "flow",
    description = "Trains, imports and inspects flow fields over a model's hidden states (RLFR).",
    subcommands = {
      FlowTrainCommand.class,
      FlowImportCommand.class,
      FlowScoreCommand.class,
      FlowExplainCommand.class,
    })
public final class FlowCommand extends BraidCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "name what to do: " + String.join(", ", spec.subcommands().keySet()));
  }
}

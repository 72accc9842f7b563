package io.braid.app;

import io.braid.app.commands.AuditCommand;
import io.braid.app.commands.BenchCommand;
import io.braid.app.commands.BlankCommand;
import io.braid.app.commands.BraidCommand;
import io.braid.app.commands.ChatCommand;
import io.braid.app.commands.CompareCommand;
import io.braid.app.commands.DataCommand;
import io.braid.app.commands.DiversityCommand;
import io.braid.app.commands.DoctorCommand;
import io.braid.app.commands.EvalCommand;
import io.braid.app.commands.EvalCompareCommand;
import io.braid.app.commands.FlowCommand;
import io.braid.app.commands.GenerateCommand;
import io.braid.app.commands.JudgeCommand;
import io.braid.app.commands.LogprobsCommand;
import io.braid.app.commands.ModelCommand;
import io.braid.app.commands.QuickstartCommand;
import io.braid.app.commands.ServeRewardCommand;
import io.braid.app.commands.SftCommand;
import io.braid.app.commands.TrainCommand;
import io.braid.app.commands.VerifyCommand;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The commands of the command line. To build the model of every command takes longer than most
 * starts, so only the command that the arguments name is built.
 */
final class Commands {
  private static final List<Class<? extends BraidCommand>> ALL =
      List.of(
          QuickstartCommand.class,
          BlankCommand.class,
          SftCommand.class,
          TrainCommand.class,
          FlowCommand.class,
          CompareCommand.class,
          EvalCommand.class,
          EvalCompareCommand.class,
          JudgeCommand.class,
          DiversityCommand.class,
          VerifyCommand.class,
          AuditCommand.class,
          GenerateCommand.class,
          ChatCommand.class,
          LogprobsCommand.class,
          DataCommand.class,
          ModelCommand.class,
          ServeRewardCommand.class,
          BenchCommand.class,
          DoctorCommand.class);

  private Commands() {}

  /**
   * Adds what the arguments need: one command, if they begin with its name; the names and
   * descriptions of all, if the arguments are only options, such as {@code --help}; otherwise all.
   */
  static void addTo(CommandLine line, String... args) {
    Optional<Class<? extends BraidCommand>> first = first(args);
    if (first.isPresent()) {
      line.addSubcommand(first.get());
    } else if (Arrays.stream(args).allMatch(Commands::isOption)) {
      ALL.forEach(each -> line.addSubcommand(listed(each)));
    } else {
      ALL.forEach(line::addSubcommand);
    }
  }

  /** Returns the command that the first argument names, or the second after {@code --cuda}. */
  private static Optional<Class<? extends BraidCommand>> first(String... args) {
    return Arrays.stream(args)
        .dropWhile("--cuda"::equals)
        .findFirst()
        .filter(word -> !isOption(word))
        .flatMap(
            word -> ALL.stream().filter(each -> description(each).name().equals(word)).findFirst());
  }

  private static boolean isOption(String argument) {
    return argument.startsWith("-");
  }

  /** A command as {@code braid --help} lists it, which cannot be run. */
  private static CommandSpec listed(Class<? extends BraidCommand> command) {
    CommandSpec spec = CommandSpec.create().name(description(command).name());
    spec.usageMessage().description(description(command).description());
    return spec;
  }

  private static Command description(Class<? extends BraidCommand> command) {
    return Objects.requireNonNull(command.getAnnotation(Command.class));
  }
}

package io.braid.app;

import io.braid.UserError;
import io.braid.app.commands.BraidCommand;
import io.braid.app.commands.EnumWord;
import io.braid.app.commands.OptionNames;
import io.braid.app.terminal.Printable;
import io.braid.tensor.Engine;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line. */
@Command(
    name = "braid",
    description =
        "Trains language models to reason by reinforcement learning with verifiable rewards.",
    mixinStandardHelpOptions = true,
    version = "braid 0.1.0",
    synopsisSubcommandLabel = "COMMAND")
public final class Braid implements Callable<Integer> {
  private static final int USER_ERROR = 2;
  private static final int INTERNAL_ERROR = 1;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--cuda", description = "Compute on the CUDA device; must be the first argument.")
  private boolean cuda;

  private Braid() {}

  /**
   * Runs a command and exits with code 0 on success, 2 on an error that the user can fix, and 1
   * otherwise.
   */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // output is the same everywhere
    System.exit(run(args));
  }

  static int run(String... args) {
    return line(args).execute(args);
  }

  /** Returns the command line with the commands that the arguments need. */
  static CommandLine line(String... args) {
    Braid braid = new Braid();
    CommandLine line = new CommandLine(braid);
    Commands.addTo(line, args);
    EnumWord.register(line);
    return line.setExecutionStrategy(parsed -> braid.execute(parsed))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Braid::badArguments)
        .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, command));
  }

  /** Rejects an unusable device before the command runs. */
  private int execute(ParseResult parsed) {
    if (cuda && parsed.hasSubcommand()) {
      System.setProperty(Engine.DEVICE, "cuda");
      try {
        Engine.start();
      } catch (UserError e) {
        throw new ExecutionException(parsed.commandSpec().commandLine(), e.getMessage(), e);
      }
    }
    return new RunLast().execute(parsed);
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(System.out);
    return USER_ERROR;
  }

  private static int badArguments(ParameterException failure, String[] args) {
    PrintWriter err = failure.getCommandLine().getErr();
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    StringBuilder message = new StringBuilder(firstLine(failure.getMessage()));
    if (failure instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      message.append("; did you mean ").append(String.join(" or ", unmatched.getSuggestions()));
      message.append("?");
    }
    err.println(Printable.line("braid: " + message + " (see " + command + " --help)"));
    err.flush();
    return USER_ERROR;
  }

  private static int failed(Exception failure, CommandLine command) {
    PrintWriter err = command.getErr();
    boolean debug =
        command.getCommandSpec().userObject() instanceof BraidCommand known && known.debug();
    err.println(
        Printable.line(
            failure instanceof UserError error
                ? "braid: " + OptionNames.message(error, command.getCommandSpec())
                : "braid: internal error: %s%s"
                    .formatted(
                        describe(failure), debug ? "" : " (--debug prints the stack trace)")));
    if (debug) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      err.println(Printable.text(trace.toString()));
    }
    err.flush();
    return failure instanceof UserError ? USER_ERROR : INTERNAL_ERROR;
  }

  private static String describe(Exception failure) {
    return failure.getClass().getSimpleName() + ": " + firstLine(failure.getMessage());
  }

  private static String firstLine(@Nullable String message) {
    return message == null ? "no message" : message.lines().findFirst().orElse("");
  }
}

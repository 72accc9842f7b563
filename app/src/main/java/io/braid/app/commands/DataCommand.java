package io.braid.app.commands;

import io.braid.task.CountdownFile;
import io.braid.task.CountdownSolver;
import io.braid.task.Problem;
import io.braid.task.Split;
import io.braid.task.Tasks;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code braid data}. */
@Command(
    name = "data",
    description =
        "Generates, shows, inspects, decontaminates and downloads data sets, and makes them of"
            + " evals.",
    subcommands = {
      DataCommand.Countdown.class,
      DataShowCommand.class,
      DataInspectCommand.class,
      DataDecontaminateCommand.class,
      DataDownloadCommand.class,
      DataFromEvalCommand.class,
    })
public final class DataCommand extends BraidCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "name what to do: countdown, show, inspect, decontaminate, download or from-eval");
  }

  /** {@code braid data countdown}. */
  @Command(
      name = "countdown",
      description = "Writes Countdown problems with all their solutions as JSONL.")
  static final class Countdown extends BraidCommand {
    @Option(names = "--out", required = true, paramLabel = "FILE", description = "A .jsonl file.")
    private Path out = Path.of("");

    @Option(
        names = "--task",
        paramLabel = "OPTIONS",
        defaultValue = "",
        description =
            "The task's options, such as numbers=4,max=10,solutions=2,phrasing=words,seed=7.")
    private String options = "";

    @Option(
        names = "--split",
        defaultValue = "train",
        description = "The split: train, validation or test (default: ${DEFAULT-VALUE}).")
    private Split split = Split.TRAIN;

    @Option(
        names = "--count",
        paramLabel = "N",
        defaultValue = "1000",
        description = "Number of problems to generate (default: ${DEFAULT-VALUE}).")
    private int count;

    @Override
    public Integer call() {
      List<Problem> problems =
          Tasks.named(options.isBlank() ? "countdown" : "countdown:" + options)
              .problems(split, count);
      CountdownFile.write(out, problems, new CountdownSolver());
      say("%s problems: %s".formatted(problems.size(), out));
      answer(
          JsonMapper.shared()
              .createObjectNode()
              .put("file", out.toString())
              .put("problems", problems.size()));
      return 0;
    }
  }
}

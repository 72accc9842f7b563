package io.braid.app;

import io.braid.UserError;
import io.braid.eval.Evaluation;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingSettings;
import io.braid.run.DataSource;
import io.braid.run.LoadedModel;
import io.braid.task.CountdownSolver;
import io.braid.task.ProblemFields;
import io.braid.task.Split;
import io.braid.text.PromptFormat;
import io.braid.train.AskedProblem;
import io.braid.verify.RuleVerifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid eval}. */
@Command(name = "eval", description = "Measures a model on problems that it did not learn from.")
final class EvalCommand extends BraidCommand {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A model directory.")
  private Path model = Path.of("");

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE|TASK",
      description =
          "A .jsonl, .json or .parquet file of problems, or a generated task such as countdown:count=400 (its test split).")
  private String data = "";

  @Option(names = "--question", paramLabel = "KEY", description = "The file's key of the question.")
  private Optional<String> question = Optional.empty();

  @Option(names = "--answer", paramLabel = "KEY", description = "The file's key of the answer.")
  private Optional<String> answer = Optional.empty();

  @Option(
      names = "--samples",
      paramLabel = "K",
      defaultValue = "8",
      description = "Responses to each problem (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(names = "--problems", paramLabel = "N", description = "Only the first N problems.")
  private Optional<Integer> problems = Optional.empty();

  @Option(
      names = "--prompt",
      paramLabel = "FORMAT",
      defaultValue = "none",
      description = "How a question becomes a prompt (default: ${DEFAULT-VALUE}).")
  private String prompt = "";

  @Option(
      names = "--temperature",
      defaultValue = "1.0",
      description = "What the logits are divided by; 0 is greedy (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(names = "--top-p", defaultValue = "1.0", description = "Default: ${DEFAULT-VALUE}.")
  private double topP;

  @Option(names = "--top-k", defaultValue = "0", description = "0 keeps all, the default.")
  private int topK;

  @Option(
      names = "--max-new-tokens",
      description =
          "A response ends after so many (default: what the context leaves, at most 1024).")
  private Optional<Integer> maxNewTokens = Optional.empty();

  @Option(names = "--seed", defaultValue = "0", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public Integer call() {
    PromptFormat format = PromptFormat.named(prompt);
    DataSource source = new DataSource(data, new ProblemFields(question, answer, Optional.empty()));
    try (LoadedModel loaded = LoadedModel.load(model, Optional.empty());
        TerminalListener progress = new TerminalListener()) {
      List<AskedProblem> asked =
          loaded.ask(
              source.problems(
                  Split.TEST, problems.map(OptionalInt::of).orElseGet(OptionalInt::empty)),
              format);
      SamplingSettings settings =
          new SamplingSettings(
              samples,
              temperature,
              topP,
              topK,
              0,
              maxNewTokens.orElseGet(() -> room(loaded, asked)),
              loaded.stopIds(),
              format.stop().stream().toList());
      Rollout rollout =
          new Rollout(
              loaded.transformer(), settings, loaded.tokenizer()::decode, Defaults.CACHE_BYTES);
      progress.begins("eval", asked.size(), 0);
      Evaluation.Report report =
          new Evaluation(new RuleVerifier(), new CountdownSolver())
              .run(asked, rollout, seed, done -> progress.stepped(done, Map.of()));
      progress.ends("");
      show(report);
      return 0;
    }
  }

  private int room(LoadedModel loaded, List<AskedProblem> asked) {
    int longest = asked.stream().mapToInt(a -> a.prompt().ids().length).max().orElse(0);
    int room = loaded.transformer().config().maxPositions() - longest;
    if (room < 1) {
      throw new UserError(
          "%s: the longest prompt has %d tokens and fills the model's context of %d; leave such problems out"
              .formatted(data, longest, loaded.transformer().config().maxPositions()));
    }
    return Math.min(1024, room);
  }

  private void show(Evaluation.Report report) {
    Table table = new Table("metric", "value");
    ObjectNode object = JsonMapper.shared().createObjectNode();
    report
        .metrics()
        .forEach((name, value) -> {
          boolean count = name.equals("problems");
          table.row(List.of(name, String.format(Locale.ROOT, count ? "%.0f" : "%.4f", value)));
          object.put(name, value);
        });
    say(table.toString());
    answer(object);
  }
}

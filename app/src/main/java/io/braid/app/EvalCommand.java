package io.braid.app;

import io.braid.eval.Evaluation;
import io.braid.run.EvaluationRecipe;
import io.braid.run.FieldsRecipe;
import io.braid.run.ModelEvaluation;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private VerifierOption verifier = new VerifierOption();

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
    ModelEvaluation evaluation =
        new ModelEvaluation(
            new EvaluationRecipe(
                data,
                new FieldsRecipe(question, answer, Optional.empty()),
                problems,
                prompt,
                verifier.settings(),
                samples,
                temperature,
                topP,
                topK,
                maxNewTokens));
    try (TerminalListener progress = new TerminalListener()) {
      show(evaluation.run(model, seed, "eval", progress));
    }
    return 0;
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

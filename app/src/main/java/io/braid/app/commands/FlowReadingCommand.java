package io.braid.app.commands;

import io.braid.UserError;
import io.braid.flow.FlowReward;
import io.braid.flow.VelocityDeviation;
import io.braid.run.Samples;
import io.braid.run.eval.Answers;
import io.braid.run.eval.FlowReading;
import io.braid.task.QuestionTemplate;
import io.braid.task.Where;
import io.braid.text.PromptFormat;
import io.braid.train.LatentScores;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The base of the commands that score responses with a flow field. */
abstract class FlowReadingCommand extends BraidCommand {
  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--flow",
      required = true,
      paramLabel = "DIR",
      description = "A flow field's directory.")
  private Path flow = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "FILE|TASK",
      description =
          "A data file of questions with responses; with --sample, a file of questions or a"
              + " generated task (its test split).")
  private Optional<String> data = Optional.empty();

  @Option(
      names = "--samples",
      paramLabel = "FILE",
      description =
          "A run's samples/step-….jsonl, instead of --data; its prompts are used unchanged.")
  private Optional<Path> samples = Optional.empty();

  @Option(
      names = "--sample",
      paramLabel = "N",
      description = "Sample N responses to each question from the model.")
  private Optional<Integer> sample = Optional.empty();

  @Option(names = "--count", paramLabel = "N", description = "Only the first N responses.")
  private Optional<Integer> count = Optional.empty();

  @Option(
      names = "--response",
      paramLabel = "KEY",
      description = "The field that holds the response (default: found automatically).")
  private Optional<String> response = Optional.empty();

  @Mixin private FieldOptions fields = new FieldOptions();

  @Option(
      names = "--prompt",
      paramLabel = "FORMAT",
      defaultValue = "none",
      description = "The prompt format (default: ${DEFAULT-VALUE}).")
  private String prompt = "";

  @Mixin private SpecialTokensOption specialTokens = new SpecialTokensOption();

  @Mixin private AskingOptions asking = new AskingOptions();

  @Mixin private VerifierOption verifier = new VerifierOption();

  @Option(
      names = "--temperature",
      defaultValue = "1.0",
      description = "The temperature of sampling and of the entropies (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--max-new-tokens",
      description =
          "The longest sampled response, in tokens (default: what the context leaves, at most"
              + " 1024).")
  private Optional<Integer> maxNewTokens = Optional.empty();

  @Option(
      names = "--timesteps",
      split = ",",
      paramLabel = "T",
      defaultValue = "0.8",
      description =
          "Times between 0 (noise) and 1 (latent) at which deviations are measured (default:"
              + " ${DEFAULT-VALUE}).")
  private List<Double> timesteps = List.of();

  @Option(
      names = "--noise-samples",
      defaultValue = "1",
      description =
          "How many noise samples each deviation is averaged over (default: ${DEFAULT-VALUE}).")
  private int noiseSamples;

  @Option(
      names = "--no-debias",
      description = "Do not weight the deviation at time t by t/(1 - t).")
  private boolean noDebias;

  @Option(
      names = "--normalization",
      defaultValue = "minmax",
      description =
          "How scores are normalised: minmax, minmax-bilateral or mean (default:"
              + " ${DEFAULT-VALUE}).")
  private FlowReward.Normalization normalization = FlowReward.Normalization.MINMAX;

  @Option(
      names = "--gamma",
      defaultValue = "1",
      description = "The power that a normalised score is raised to (default: ${DEFAULT-VALUE}).")
  private double gamma;

  @Option(
      names = "--threshold",
      defaultValue = "0.6",
      description =
          "Only normalised scores above this value are rewarded (default: ${DEFAULT-VALUE}).")
  private double threshold;

  @Option(
      names = "--top-k",
      defaultValue = "15",
      description =
          "The maximum number of rewarded tokens per response; 0 for all (default:"
              + " ${DEFAULT-VALUE}).")
  private int topK;

  @Option(
      names = "--coefficient",
      defaultValue = "0.01",
      description = "The weight of the flow reward (default: ${DEFAULT-VALUE}).")
  private double coefficient;

  @Option(
      names = "--micro-batch-tokens",
      defaultValue = "2048",
      description = "The maximum number of tokens in a micro-batch (default: ${DEFAULT-VALUE}).")
  private int microBatchTokens;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "The seed of the noise and of sampling (default: ${DEFAULT-VALUE}).")
  private long seed;

  /** Opens the model, the field and the responses that the options name. */
  final FlowReading open() {
    return FlowReading.open(
        model(),
        flow,
        answers(),
        new LatentScores.Settings(
            new VelocityDeviation(timesteps, !noDebias, noiseSamples),
            new FlowReward(normalization, gamma, threshold, topK, coefficient),
            temperature,
            microBatchTokens,
            seed));
  }

  final List<Double> timesteps() {
    return timesteps;
  }

  final Path model() {
    return model.directory();
  }

  /** Returns the source of the responses as given on the command line. */
  final String source() {
    return samples.map(Path::toString).or(() -> data).orElse("");
  }

  private Answers answers() {
    if (data.isPresent() == samples.isPresent()) {
      throw new UserError("--data, --samples: give one of the two");
    }
    samples
        .filter(file -> sample.isPresent() || !Samples.areIn(file))
        .ifPresent(file -> {
          throw new UserError(
              sample.isPresent()
                  ? "--sample: a run's samples are responses already; leave it out, or give"
                      + " questions with --data"
                  : "--samples: %s is not a samples file of a run (samples/step-….jsonl); give other files with --data"
                      .formatted(file));
        });
    return new Answers(
        source(),
        fields
            .fields(Optional.empty())
            .worded(asking.asking().template().map(QuestionTemplate::of)),
        new Where(Map.of(), asking.split()),
        response,
        count,
        asking.asking().with(PromptFormat.named(prompt)),
        specialTokens.added(),
        verifier.forEvaluation(),
        sample.map(n -> new Answers.Sampling(n, temperature, maxNewTokens, seed)));
  }

  /** Returns the settings that the results depend on, by option name. */
  final Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("model", model().toString());
    settings.put("flow", flow.toString());
    settings.put(samples.isPresent() ? "samples" : "data", source());
    sample.ifPresent(n -> settings.put("sample", n.toString()));
    if (samples.isEmpty()) {
      settings.put("prompt", prompt);
      settings.put("special tokens", specialTokens.added() ? "the tokenizer's" : "none");
      settings.put("verifier", verifier.toString());
    }
    settings.put(
        "timesteps", timesteps.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    settings.put("debias", Boolean.toString(!noDebias));
    settings.put("noise samples", Integer.toString(noiseSamples));
    settings.put("normalization", normalization.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    settings.put("gamma", Double.toString(gamma));
    settings.put("threshold", Double.toString(threshold));
    settings.put("top k", Integer.toString(topK));
    settings.put("coefficient", Double.toString(coefficient));
    settings.put("temperature", Double.toString(temperature));
    settings.put("seed", Long.toString(seed));
    return settings;
  }
}

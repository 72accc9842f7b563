package io.braid.app.bench;

import io.braid.UserError;
import io.braid.flow.FieldSettings;
import io.braid.flow.FlowField;
import io.braid.flow.FlowReward;
import io.braid.flow.FlowSignal;
import io.braid.flow.RejectionSampling;
import io.braid.flow.VelocityDeviation;
import io.braid.model.ModelConfig;
import io.braid.model.Transformer;
import io.braid.model.family.Qwen2;
import io.braid.nn.LearningRate;
import io.braid.nn.OptimizerSettings;
import io.braid.objective.advantage.Grpo;
import io.braid.objective.loss.PpoClip;
import io.braid.objective.signal.TokenSignal;
import io.braid.recipe.Recipe;
import io.braid.rollout.Prompt;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingSettings;
import io.braid.sampling.AskedProblem;
import io.braid.sampling.Sampler;
import io.braid.task.Problem;
import io.braid.task.Reference;
import io.braid.tensor.DType;
import io.braid.train.PolicyTrainer;
import io.braid.train.StepMetrics;
import io.braid.train.StepReport;
import io.braid.verify.Submission;
import io.braid.verify.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * The cost of flow rewards: alternating GRPO steps with and without them, on the same problems,
 * with a field of the published shape (4 blocks, three layers, one time). A random half of the
 * responses is correct, so that every response has an advantage.
 *
 * @param plainMs times of steps without a field
 * @param scoredMs times of steps whose tokens are rewarded by a frozen field
 * @param learnedMs times of steps in which the field also learns
 * @param plainPeakMb peak resident memory before the first step with a field; like the others,
 *     empty where unknown
 * @param scoredPeakMb peak resident memory after the steps with a frozen field
 * @param learnedPeakMb peak resident memory at the end
 */
public record FlowSpeed(
    List<Double> plainMs,
    List<Double> scoredMs,
    List<Double> learnedMs,
    OptionalLong plainPeakMb,
    OptionalLong scoredPeakMb,
    OptionalLong learnedPeakMb) {

  private static final int VOCABULARY = 2048;
  private static final int WARM_UP = 2;
  private static final int PROMPTS = 8;
  private static final int SAMPLES = 8;
  private static final int PROMPT = 16;
  private static final int NEW_TOKENS = 48;
  private static final OptimizerSettings OPTIMIZER =
      new OptimizerSettings(1e-6, 0, LearningRate.Fall.CONSTANT, 0, 0, 1, 0.9, 0.999, 1e-8);

  /** One of the three kinds of steps, with its models. */
  private static final class Way implements AutoCloseable {
    private final Transformer policy;
    private final Optional<FlowField> field;
    private final Optional<FlowSignal> flow;
    private final PolicyTrainer trainer;
    private int steps;

    private Way(ModelConfig config, boolean scored, boolean learned, int runs) {
      policy = Transformer.create(config, DType.FLOAT32, 1);
      field = scored ? Optional.of(FlowField.create(config, FieldSettings.of(4), 1)) : empty();
      flow = field.map(each -> new FlowSignal(each, settings(!learned, runs)));
      trainer =
          new PolicyTrainer(
              policy,
              Optional.empty(),
              Optional.empty(),
              flow.stream().<TokenSignal>map(each -> each).toList(),
              new Sampler(
                  problems(), rollout(policy), FlowSpeed::byLot, Sampler.Settings.of(PROMPTS, 1)),
              new Grpo(Grpo.Std.SAMPLE),
              Recipe.defaults(PpoClip.class).create(config.hiddenSize(), 1),
              PolicyTrainer.Settings.of(runs + WARM_UP, 1 << 14, 1, OPTIMIZER));
    }

    private static Optional<FlowField> empty() {
      return Optional.empty();
    }

    private static FlowSignal.Settings settings(boolean freeze, int runs) {
      return new FlowSignal.Settings(
          VelocityDeviation.PUBLISHED,
          FlowReward.PUBLISHED,
          /* shuffle= */ false,
          freeze,
          RejectionSampling.PUBLISHED,
          1,
          0,
          runs + WARM_UP,
          1,
          OPTIMIZER);
    }

    double step() {
      StepReport report = trainer.step(steps++);
      return report.metric(StepMetrics.STEP_SECONDS) * 1e3;
    }

    @Override
    public void close() {
      trainer.close();
      flow.ifPresent(FlowSignal::close);
      field.ifPresent(FlowField::close);
      policy.close();
    }
  }

  /**
   * Runs the steps.
   *
   * @param runs number of steps of each kind
   * @param layers number of the model's layers
   * @param width the model's hidden size, a multiple of 8
   * @throws UserError if a size is out of range
   */
  public static FlowSpeed measure(int runs, int layers, int width) {
    ModelConfig config = config(layers, width);
    try (Way plain = new Way(config, false, false, runs)) {
      warmUp(plain);
      OptionalLong plainPeak = PeakMemory.megabytes();
      try (Way scored = new Way(config, true, false, runs)) {
        warmUp(scored);
        OptionalLong scoredPeak = PeakMemory.megabytes();
        try (Way learned = new Way(config, true, true, runs)) {
          warmUp(learned);
          List<List<Double>> times =
              List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
          for (int run = 0; run < runs; run++) {
            times.get(0).add(plain.step());
            times.get(1).add(scored.step());
            times.get(2).add(learned.step());
          }
          return new FlowSpeed(
              times.get(0),
              times.get(1),
              times.get(2),
              plainPeak,
              scoredPeak,
              PeakMemory.megabytes());
        }
      }
    }
  }

  private static ModelConfig config(int layers, int width) {
    if (layers < 1 || layers > 64) {
      throw new UserError("--layers: must be between 1 and 64, got " + layers);
    }
    if (width < 8 || width % 8 != 0 || width > 4096) {
      throw new UserError("--width: must be a multiple of 8 up to 4096, got " + width);
    }
    int heads = 4;
    return new ModelConfig(
        new Qwen2(),
        VOCABULARY,
        width,
        width * 8 / 3,
        layers,
        heads,
        2, // key-value heads
        width / heads,
        1e-6,
        new ModelConfig.Rope(1e6, Optional.empty()),
        true,
        true,
        false,
        false,
        512,
        0.02);
  }

  private static void warmUp(Way way) {
    for (int step = 0; step < WARM_UP; step++) {
      way.step();
    }
  }

  private static List<AskedProblem> problems() {
    return IntStream.range(0, PROMPTS)
        .mapToObj(number ->
            new AskedProblem(
                new Problem("bench:" + number, "?", new Reference.Text("!")),
                new Prompt("bench:" + number, ids(number))))
        .toList();
  }

  private static long[] ids(int number) {
    return IntStream.range(0, PROMPT)
        .mapToLong(t -> ((number * 31L + t) * 7919L + 13) % VOCABULARY)
        .toArray();
  }

  private static Rollout rollout(Transformer policy) {
    SamplingSettings settings = SamplingSettings.of(SAMPLES, 1, NEW_TOKENS, List.of());
    return new Rollout(policy, settings, Arrays::toString, 1L << 30);
  }

  private static Verdict byLot(Submission submission) {
    boolean right = submission.response().hashCode() % 2 == 0;
    return new Verdict(right ? 1 : 0, right, Optional.empty(), "random");
  }
}

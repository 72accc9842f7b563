package io.braid.run.train;

import io.braid.model.Exactness;
import io.braid.model.ModelConfig;
import io.braid.model.RolloutWeights;
import io.braid.model.Transformer;
import io.braid.objective.EqualRewards;
import io.braid.objective.loss.Flowrl;
import io.braid.objective.loss.LogZ;
import io.braid.run.RunListener;
import io.braid.tensor.DType;
import io.braid.tensor.ProductSpeed;
import io.braid.train.PromptEstimates;
import io.braid.train.StepMetrics;
import io.braid.train.StepReport;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import io.braid.verify.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Warns the user if a reinforcement learning run has no learning signal or does not train the
 * intended policy. Each warning is one line with a remedy, given once.
 */
final class PolicyNotices {
  private final TrainRecipe recipe;
  private final RunListener listener;

  /**
   * Mean distance in nats of a response's log-probabilities from which a missing correction is
   * reported. At 1, the probabilities differ by a factor of e on average, which is more than the
   * clip of any loss and the usual cap of importance weights, 2, let through.
   */
  private static final double FAR = 1;

  private boolean rounding;
  private boolean far;
  private int steps;
  private int taughtNothing;
  private long estimated;
  private long uninformed;

  PolicyNotices(TrainRecipe recipe, RunListener listener) {
    this.recipe = recipe;
    this.listener = listener;
  }

  /**
   * Issues the warnings before the first step.
   *
   * @param model the model directory
   * @param policy the model as prepared by the trainer
   * @param stopIds the tokens that end a response
   * @param formatStop the text that ends a response in the prompt's format
   */
  void begin(Path model, Transformer policy, List<Long> stopIds, Optional<String> formatStop) {
    listener.notice(agreement(policy));
    if (recipe.curriculum().replays() && recipe.rolloutCorrection().isEmpty()) {
      listener.notice(
          "curriculum: replayed responses were sampled by older weights, but are trained on as if"
              + " sampled by the newest; add 'rollout_correction: {type:"
              + " truncated-importance-sampling, level: sequence}', or set curriculum.replay=0");
    }
    rateOfLogZ(policy.config().hiddenSize()).ifPresent(listener::notice);
    costOfWeights(policy.config()).ifPresent(listener::notice);
    if (recipe.rollout().temperature() == 0) {
      listener.notice(
          "rollout.temperature 0: all responses to a prompt are the same, so there is no learning"
              + " signal; set rollout.temperature=1.0");
    } else if (recipe.rolloutCorrection().isEmpty()) {
      filters()
          .ifPresent(filters ->
              listener.notice(
                  "%s: responses are sampled from a distribution other than the trained policy; remove it, or add 'rollout_correction: {type: truncated-importance-sampling%s}'"
                      .formatted(
                          filters,
                          recipe.loss().takesTokenCorrection() ? "" : ", level: sequence")));
    }
    if (stopIds.isEmpty()) {
      boolean texts = formatStop.isPresent() || !recipe.rollout().stop().isEmpty();
      listener.notice(
          "%s: config.json, generation_config.json and the tokenizer define no end token, so a response ends only %s; add eos_token_id to generation_config.json"
              .formatted(
                  model,
                  texts
                      ? "at a stop text or after max_new_tokens"
                      : "by truncation at max_new_tokens"));
    }
  }

  /** Says which learning rate log Z has, if it depends on the model. */
  private Optional<String> rateOfLogZ(int width) {
    return recipe.loss() instanceof Flowrl flowrl
            && flowrl.logZ() instanceof LogZ.Learned learned
            && learned.learningRate().isEmpty()
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "loss.log_z.learning_rate: %.2g, by the model's width, %s",
                learned.rate(width),
                width))
        : Optional.empty();
  }

  /**
   * Returns a warning if sampling with 16-bit or int8 weights is slower on this machine than with
   * float32.
   */
  private Optional<String> costOfWeights(ModelConfig config) {
    RolloutWeights weights = recipe.rollout().weights();
    if (weights == RolloutWeights.AS_TRAINED
        || recipe.compute().precision().dtype() != DType.FLOAT32) {
      return Optional.empty();
    }
    ProductSpeed.Shape shape =
        new ProductSpeed.Shape(64, config.hiddenSize(), 2 * config.intermediateSize());
    double times =
        weights == RolloutWeights.INT8
            ? ProductSpeed.int8Slowdown(shape)
            : ProductSpeed.bfloat16Slowdown(shape);
    return times < 1.1
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "rollout.weights=%s: a matrix product takes %.1f times as long as in float32 on"
                    + " this machine (measured with %s rows, %s by %s weights); remove it unless"
                    + " you need the memory",
                weights.name().toLowerCase(Locale.ROOT),
                times,
                shape.rows(),
                shape.out(),
                shape.in()));
  }

  /** Describes whether rollouts match training bit for bit, and if not, why. */
  private String agreement(Transformer policy) {
    List<String> obstacles = new ArrayList<>();
    if (recipe.rollout().weights() != RolloutWeights.AS_TRAINED) {
      obstacles.add("rollout.weights differ from the trained weights");
    }
    if (recipe.staleness() > 0) {
      obstacles.add("staleness " + recipe.staleness() + " samples with older weights");
    }
    filters().ifPresent(filters -> obstacles.add(filters + " excludes tokens"));
    Exactness.obstacle(policy).ifPresent(obstacles::add);
    return obstacles.isEmpty()
        ? "rollouts match training to the bit on this processor"
        : "rollouts do not match training to the bit (the metric mismatch_max gives the"
            + " difference): "
            + String.join("; ", obstacles);
  }

  /** Returns the settings that exclude tokens from sampling. */
  private Optional<String> filters() {
    List<String> filters = new ArrayList<>();
    if (recipe.rollout().topP() < 1) {
      filters.add("rollout.top_p " + recipe.rollout().topP());
    }
    if (recipe.rollout().topK() > 0) {
      filters.add("rollout.top_k " + recipe.rollout().topK());
    }
    if (recipe.rollout().minNewTokens() > 0) {
      filters.add("rollout.min_new_tokens " + recipe.rollout().minNewTokens());
    }
    return filters.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", filters));
  }

  /**
   * Issues the warnings after a step.
   *
   * @param done number of steps done
   */
  void stepped(int done, StepReport report) {
    steps++;
    if (!rounding) {
      Trajectories t = report.trajectories();
      for (int[] rows : t.groups()) {
        if (!rounding) {
          lookForRounding(report.problems().get(t.group(rows[0])).problem().id(), t, rows);
        }
      }
    }
    lookForUninformed(report);
    lookForMismatch(done, report);
    boolean policyLearns = report.metrics().has(StepMetrics.LEARNING_RATE);
    if (policyLearns && report.metric(StepMetrics.TRAINED_TOKENS) == 0 && taughtNothing++ == 0) {
      listener.notice(
          "step %s had no learning signal: for each of its %s problems, all responses got the same reward; use problems of another difficulty, more rollout.samples or a higher rollout.temperature, or set 'curriculum: dynamic-sampling' (further such steps have trained_tokens 0)"
              .formatted(done, report.problems().size()));
    }
  }

  /** Looks for stale responses that need importance weights and have none. */
  private void lookForMismatch(int done, StepReport report) {
    double nats = report.metric(StepMetrics.MISMATCH_RESPONSE); // NaN if it was not measured
    if (far || recipe.staleness() == 0 || recipe.rolloutCorrection().isPresent() || !(nats > FAR)) {
      return;
    }
    far = true;
    String remedy =
        recipe.rollout().variant() == RolloutRecipe.Variant.RELEASED
            ? "set staleness=0"
            : "add 'rollout_correction: {type: truncated-importance-sampling%s}', or set staleness=0"
                .formatted(recipe.loss().takesTokenCorrection() ? "" : ", level: sequence");
    listener.notice(
        String.format(
            Locale.ROOT,
            "staleness %s: in step %s, the log-probability of a response under the trained policy"
                + " differs from that under the policy that sampled it by %.2f nats on average"
                + " (%.4f per token), and no importance weights correct for this; %s (the metric"
                + " mismatch_response gives the difference of further steps)",
            recipe.staleness(),
            done,
            nats,
            report.metric(StepMetrics.MISMATCH_MEAN),
            remedy));
  }

  private void lookForUninformed(StepReport report) {
    if (!report.metrics().has(PromptEstimates.UNINFORMED)) {
      return;
    }
    long now = (long) report.metric(PromptEstimates.UNINFORMED);
    estimated += (long) report.metric(PromptEstimates.ESTIMATED);
    if (now > 0 && uninformed == 0) {
      listener.notice(
          "loss.log_z: all responses of the reference to %s of this step's prompts earned the same reward, so log Z has no information about other rewards for these prompts; raise loss.log_z.proposals (the metric uninformed_prompts counts further such prompts)"
              .formatted(now));
    }
    uninformed += now;
  }

  private void lookForRounding(String problem, Trajectories t, int[] rows) {
    List<Verdict> verdicts = t.get(Column.VERDICT);
    double[] rewards =
        Arrays.stream(rows)
            .mapToDouble(row -> verdicts.get(row).reward())
            .sorted()
            .distinct()
            .toArray();
    for (int i = 1; i < rewards.length && !rounding; i++) {
      if (EqualRewards.equal(rewards[i - 1], rewards[i])) {
        rounding = true;
        listener.notice(
            "problem %s: the rewards %s and %s differ only by rounding and are treated as equal; let the verifier round its rewards"
                .formatted(problem, rewards[i - 1], rewards[i]));
      }
    }
  }

  /** Issues the warnings after the last step. */
  void end() {
    if (uninformed > 0) {
      listener.notice(
          "loss.log_z: the reference's responses to %s of %s prompts all earned the same reward"
              .formatted(uninformed, estimated));
    }
    if (taughtNothing > 0) {
      listener.notice(
          "%s of %s steps had no learning signal: all responses to a problem got the same reward"
              .formatted(taughtNothing, steps));
    }
  }
}

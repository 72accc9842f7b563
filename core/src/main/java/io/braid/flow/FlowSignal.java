package io.braid.flow;

import io.braid.Check;
import io.braid.Metric;
import io.braid.Metric.Unit;
import io.braid.SettingError;
import io.braid.checkpoint.CheckpointParts;
import io.braid.checkpoint.OptimizerState;
import io.braid.nn.AdamW;
import io.braid.nn.OptimizerSettings;
import io.braid.objective.signal.TokenSignal;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * RLFR's flow reward (arXiv 2510.10201) as a token signal: a flow field rewards every token of the
 * rollouts, and meanwhile learns from the correct responses. The field has its own optimizer.
 */
public final class FlowSignal implements TokenSignal {
  /** Mean score in correct responses. */
  public static final Metric SCORE_CORRECT =
      metric(
          "flow_score_correct",
          Unit.NONE,
          "mean score of the tokens that the field can judge, in responses with a reward of 1 or"
              + " more. Absent if there are none");

  /** Mean score in the other responses. */
  public static final Metric SCORE_INCORRECT =
      metric("flow_score_incorrect", Unit.NONE, "the same in all other responses");

  /** Mean reward in correct responses. */
  public static final Metric REWARD_CORRECT =
      metric(
          "flow_reward_correct",
          Unit.REWARD,
          "mean flow reward of all tokens of responses with a reward of 1 or more. Absent if there"
              + " are none");

  /** Mean reward in the other responses. */
  public static final Metric REWARD_INCORRECT =
      metric("flow_reward_incorrect", Unit.REWARD, "the same in all other responses");

  /** Fraction of tokens with a reward. */
  public static final Metric REWARDED_FRAC =
      metric(
          "flow_rewarded_frac", Unit.FRACTION, "fraction of all tokens that earned a flow reward");

  /** The field's loss. */
  public static final Metric LOSS =
      metric(
          "flow_loss",
          Unit.NONE,
          "the field's flow matching loss. Absent if it had nothing to learn from");

  /** Norm of the field's gradient. */
  public static final Metric GRAD_NORM =
      metric(
          "flow_grad_norm",
          Unit.NONE,
          "norm of the field's gradient before clipping. Absent if it had nothing to learn from");

  /** Number of skipped updates of the field. */
  public static final Metric SKIPPED_UPDATES =
      metric(
          "flow_skipped_updates",
          Unit.COUNT,
          "the field's updates so far that were skipped because a gradient was not finite");

  /** Time spent on scoring. */
  public static final Metric SCORE_SECONDS =
      metric("flow_score_seconds", Unit.SECONDS, "time spent scoring tokens by the field");

  /** Time spent on training the field. */
  public static final Metric LEARN_SECONDS =
      metric("flow_learn_seconds", Unit.SECONDS, "time spent training the field");

  private static Metric metric(String name, Unit unit, String meaning) {
    return Metric.declare(name, unit, meaning);
  }

  /** The directory of the field in a checkpoint. */
  public static final String FIELD = "field";

  private static final String OPTIMIZER = "flow-trainer.safetensors";

  private final FlowField field;
  private final Settings settings;
  private final Optional<AdamW> optimizer; // empty if the field is frozen

  /**
   * Settings of the field's rewards and training.
   *
   * @param deviation measures the velocity deviation of a token
   * @param reward converts scores into rewards
   * @param shuffle whether to shuffle a response's rewards over its tokens, which gives noise of
   *     the same size as a control
   * @param freezeFlow whether the field is frozen
   * @param sampling selects the responses and tokens from which the field learns
   * @param samples number of sampled times and noises per training token
   * @param pretrainSteps number of first steps in which only the field learns
   * @param steps number of steps of the whole run
   * @param seed seed of all noise
   * @param optimizer the field's optimizer
   */
  public record Settings(
      VelocityDeviation deviation,
      FlowReward reward,
      boolean shuffle,
      boolean freezeFlow,
      RejectionSampling sampling,
      int samples,
      int pretrainSteps,
      int steps,
      long seed,
      OptimizerSettings optimizer) {
    /** Checks the settings. */
    public Settings {
      Check.atLeast("flow_batch_mul", samples, 1);
      Check.atLeast("pretrain_steps", pretrainSteps, 0);
      if (freezeFlow && pretrainSteps > 0) {
        throw new SettingError(
            "pretrain_steps",
            "in these only the field learns, which freeze_flow forbids; leave one of"
                + " the two out");
      }
    }
  }

  /**
   * Creates a signal for a run that starts at step 0.
   *
   * @param field the field; the caller closes it
   */
  public FlowSignal(FlowField field, Settings settings) {
    this.field = field;
    this.settings = settings;
    this.optimizer =
        settings.freezeFlow()
            ? Optional.empty()
            : Optional.of(
                new AdamW(
                    settings.optimizer().adam(),
                    List.of(settings.optimizer().group(field.parameters(), settings.steps()))));
  }

  @Override
  public Set<Column<float[]>> needs() {
    boolean entropies = optimizer.isPresent() && settings.sampling().usesEntropies();
    return entropies ? Set.of(Column.ENTROPIES) : Set.of();
  }

  @Override
  public boolean watches() {
    return true;
  }

  @Override
  public boolean policyWaits(int step) {
    return step < settings.pretrainSteps();
  }

  @Override
  public OfStep begin(int step, Trajectories t) {
    return new FlowSignalStep(this, step, t);
  }

  FlowField field() {
    return field;
  }

  Settings settings() {
    return settings;
  }

  Optional<AdamW> optimizer() {
    return optimizer;
  }

  @Override
  public long updates() {
    return optimizer.map(AdamW::begun).orElse(0L);
  }

  /**
   * Returns the field and its optimizer as checkpoint parts; the field is read when the run starts.
   */
  @Override
  public CheckpointParts parts() {
    CheckpointParts parts = CheckpointParts.none().withReadAtStart(FIELD, field::savePart);
    return optimizer
        .map(adam ->
            parts.with(
                OPTIMIZER,
                file -> OptimizerState.save(file, adam, List.of()),
                file -> OptimizerState.restore(file, adam, List.of())))
        .orElse(parts);
  }

  @Override
  public void close() {
    optimizer.ifPresent(AdamW::close);
  }
}

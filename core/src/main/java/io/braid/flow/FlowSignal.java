package io.braid.flow;

import io.braid.UserError;
import io.braid.checkpoint.OptimizerState;
import io.braid.nn.AdamW;
import io.braid.nn.OptimizerSettings;
import io.braid.objective.signal.TokenSignal;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * RLFR's flow reward (arXiv 2510.10201) as a token signal: a flow field rewards every token of the
 * rollouts, and meanwhile learns from the correct responses. The field has its own optimizer.
 */
public final class FlowSignal implements TokenSignal {
  private static final String FILE = "flow-trainer.safetensors";

  private final FlowField field;
  private final Settings settings;
  private final Optional<AdamW> optimizer; // none when the field is frozen

  /**
   * How the field rewards and learns.
   *
   * @param deviation how a token's velocity deviation is measured
   * @param reward turns deviations into rewards
   * @param shuffle whether a response's rewards are shuffled over its tokens: noise of the same
   *     size, for comparison
   * @param freezeFlow whether the field stays as it is
   * @param sampling the responses and tokens that it learns from
   * @param draws times and noises for each token that it learns from
   * @param warmupSteps steps in which only the field learns
   * @param steps of the whole run
   * @param seed of all noise
   * @param optimizer the field's optimizer
   */
  public record Settings(
      VelocityDeviation deviation,
      FlowReward reward,
      boolean shuffle,
      boolean freezeFlow,
      RejectionSampling sampling,
      int draws,
      int warmupSteps,
      int steps,
      long seed,
      OptimizerSettings optimizer) {
    /** Checks the settings. */
    public Settings {
      if (draws < 1) {
        throw new UserError("flow_batch_mul: must be at least 1, here " + draws);
      }
      if (warmupSteps < 0) {
        throw new UserError("warmup_steps: must be 0 or more, here " + warmupSteps);
      }
      if (freezeFlow && warmupSteps > 0) {
        throw new UserError(
            "warmup_steps: in these only the field learns, which freeze_flow forbids; leave one of"
                + " the two out");
      }
    }
  }

  /**
   * A signal at step 0.
   *
   * @param field the caller's
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
    return step < settings.warmupSteps();
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

  /** Writes the optimizer; the field has a directory of its own. */
  @Override
  public void save(Path checkpoint) {
    optimizer.ifPresent(each -> OptimizerState.save(checkpoint.resolve(FILE), each, List.of()));
  }

  @Override
  public void restore(Path checkpoint) {
    optimizer.ifPresent(each -> OptimizerState.restore(checkpoint.resolve(FILE), each, List.of()));
  }

  @Override
  public void close() {
    optimizer.ifPresent(AdamW::close);
  }
}

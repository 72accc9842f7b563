package io.braid.train;

import io.braid.UserError;
import io.braid.flow.FlowField;
import io.braid.flow.FlowReward;
import io.braid.flow.RejectionSampling;
import io.braid.flow.VelocityDeviation;
import io.braid.nn.AdamW;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * RLFR's rewards in a run: a flow field that judges every token of the rollouts, and that learns
 * from the right ones meanwhile. It has its own optimizer.
 */
public final class FlowRewards implements AutoCloseable {
  private static final String FILE = "flow-trainer.safetensors";

  private final FlowField field;
  private final Settings settings;
  private final Optional<AdamW> optimizer; // none when the field is frozen

  /**
   * How the field judges and learns.
   *
   * @param deviation how a token is measured
   * @param reward what a measured token earns
   * @param shuffle whether a response's rewards are dealt to its tokens at random: noise of the
   *     same size, to compare with
   * @param freezeFlow whether the field stays as it is
   * @param sampling what it learns from
   * @param draws times and noises for each token it learns from
   * @param warmupSteps rollouts of which only the field learns
   * @param steps rollouts of the whole run
   * @param seed of all noise
   * @param optimizer how the field moves
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
            "warmup_steps: in them only the field learns, which freeze_flow forbids; leave one of"
                + " the two out");
      }
    }
  }

  /**
   * Rewards at step 0.
   *
   * @param field the caller's
   */
  public FlowRewards(FlowField field, Settings settings) {
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

  /** Whether the policy should wait until the field knows more. */
  boolean warmsUp(int step) {
    return step < settings.warmupSteps();
  }

  /** Whether what the field learns depends on entropies. */
  boolean usesEntropies() {
    return optimizer.isPresent() && settings.sampling().usesEntropies();
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

  /** Optimizer steps that were begun. */
  long begun() {
    return optimizer.map(AdamW::begun).orElse(0L);
  }

  /** Writes what, beside the field, must be there to go on. */
  void save(Path checkpoint) {
    optimizer.ifPresent(
        each -> TrainerState.save(checkpoint.resolve(FILE), each, List.of(), Map.of()));
  }

  /** Takes up what {@link #save} wrote. */
  void restore(Path checkpoint) {
    optimizer.ifPresent(each -> TrainerState.restore(checkpoint.resolve(FILE), each, List.of()));
  }

  @Override
  public void close() {
    optimizer.ifPresent(AdamW::close);
  }
}

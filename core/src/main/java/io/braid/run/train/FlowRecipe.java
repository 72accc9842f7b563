package io.braid.run.train;

import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import io.braid.UserError;
import io.braid.flow.FieldSettings;
import io.braid.flow.FlowField;
import io.braid.flow.FlowReward;
import io.braid.flow.FlowSignal;
import io.braid.flow.RejectionSampling;
import io.braid.flow.VelocityDeviation;
import io.braid.input.LoadedModel;
import io.braid.nn.OptimizerSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * RLFR's flow rewards, as a recipe states them.
 *
 * @param field the directory of a trained field; a fresh one when absent
 * @param fresh what a fresh field is made of
 * @param deviation how a token is measured
 * @param reward what a measured token earns
 * @param shuffle whether a response's rewards are dealt to its tokens at random
 * @param freezeFlow whether the field stays as it is
 * @param sampling what it learns from during the run
 * @param flowBatchMul times and noises for each token it learns from
 * @param warmupSteps rollouts of which only the field learns
 * @param optimizer how the field moves
 */
public record FlowRecipe(
    @Doc("The directory that braid flow train or braid flow import left; else a fresh field.")
        Optional<Path> field,
    FieldSettings fresh,
    VelocityDeviation deviation,
    FlowReward reward,
    @Doc(
            "Deals each response's rewards to its tokens at random: noise of the same size, to"
                + " compare with.")
        @Default("false")
        boolean shuffle,
    @Doc("Keeps the field as it is; else it learns from the policy's own right responses.")
        @Default("false")
        boolean freezeFlow,
    RejectionSampling sampling,
    @Doc("Times and noises for each token that the field learns from.") @Default("1")
        int flowBatchMul,
    @Doc("Rollouts of which only the field learns.") @Default("0") int warmupSteps,
    @Doc("How the field moves; else as the policy, with a peak of 1e-4.")
        Optional<OptimizerSettings> optimizer) {
  private static final double PUBLISHED_RATE = 1e-4;

  FlowSignal.Settings settings(int steps, long seed, OptimizerSettings policy) {
    return new FlowSignal.Settings(
        deviation,
        reward,
        shuffle,
        freezeFlow,
        sampling,
        flowBatchMul,
        warmupSteps,
        steps,
        seed,
        optimizer.orElseGet(() -> policy.withLearningRate(PUBLISHED_RATE)));
  }

  /**
   * Opens a field that {@code flow.field} names.
   *
   * @throws UserError when it is none, or is for another model
   */
  public static FlowField open(Path place, LoadedModel policy) {
    try {
      return FlowField.load(place, policy.transformer().config());
    } catch (UserError e) {
      throw new SettingError("flow.field", String.valueOf(e.getMessage()), e);
    }
  }
}

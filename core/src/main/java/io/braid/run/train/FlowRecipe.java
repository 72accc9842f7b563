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
 * The flow rewards of RLFR.
 *
 * @param field the directory of a trained field; a new one if absent
 * @param fresh the architecture of a new field
 * @param deviation how a token's velocity deviation is measured
 * @param reward how a deviation becomes a reward
 * @param shuffle whether to permute the rewards of a response at random, as a control
 * @param freezeFlow whether to keep the field unchanged
 * @param sampling choice of the responses that the field is trained on during the run
 * @param flowBatchMul number of samples of time and noise per token in the field's training
 * @param pretrainSteps number of first steps that train only the field
 * @param optimizer the field's optimizer
 */
public record FlowRecipe(
    @Doc("The directory that braid flow train or braid flow import wrote; by default a new field.")
        Optional<Path> field,
    FieldSettings fresh,
    VelocityDeviation deviation,
    FlowReward reward,
    @Doc(
            "Permutes the rewards of each response at random: a control with the same distribution"
                + " of rewards.")
        @Default("false")
        boolean shuffle,
    @Doc(
            "Keeps the field unchanged; otherwise it is trained on the policy's own correct"
                + " responses.")
        @Default("false")
        boolean freezeFlow,
    RejectionSampling sampling,
    @Doc("Number of samples of time and noise per token in the field's training.") @Default("1")
        int flowBatchMul,
    @Doc("The number of first steps that train only the field.") @Default("0") int pretrainSteps,
    @Doc("The field's optimizer; by default the policy's, with a peak learning rate of 1e-4.")
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
        pretrainSteps,
        steps,
        seed,
        optimizer.orElseGet(() -> policy.withLearningRate(PUBLISHED_RATE)));
  }

  /**
   * Opens the field that {@code flow.field} names.
   *
   * @throws UserError if it is not a field, or belongs to a different model
   */
  public static FlowField open(Path place, LoadedModel policy) {
    try {
      return FlowField.load(place, policy.transformer().config());
    } catch (UserError e) {
      throw new SettingError("flow.field", String.valueOf(e.getMessage()), e);
    }
  }
}

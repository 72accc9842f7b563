package io.braid.run.train;

import io.braid.Default;
import io.braid.Doc;
import io.braid.Inline;
import io.braid.MayChangeOnResume;
import io.braid.SettingError;
import io.braid.input.LoadedModel;
import io.braid.input.Precision;

/**
 * Settings of the forward and backward passes of a trained model.
 *
 * @param compute settings of the computation in general
 * @param gradientCheckpointing whether the backward pass recomputes the layers
 * @param freezeVision whether the vision tower keeps its weights
 */
public record BackwardRecipe(
    @Inline ComputeRecipe compute,
    @MayChangeOnResume
        @Doc(
            "Keep only each layer's input and recompute the layer in the backward pass: less"
                + " memory, more time, the same gradients.")
        @Default("false")
        boolean gradientCheckpointing,
    @Doc(
            "Do not train the vision tower, so that the features of an image are computed once;"
                + " for models that read images.")
        @Default("false")
        boolean freezeVision) {
  /**
   * Prepares a model that was loaded for training.
   *
   * @throws SettingError if the vision tower is to be frozen and the model has none
   */
  void prepare(LoadedModel model) {
    if (!freezeVision) {
      return;
    }
    if (!model.readsImages()) {
      throw new SettingError(
          "freeze_vision",
          "%s reads no images; remove freeze_vision, or use a model that reads images"
              .formatted(model.directory().path()));
    }
    model.transformer().freezeVision();
  }

  /** Returns the maximum number of tokens in a micro-batch. */
  public int microBatchTokens() {
    return compute.microBatchTokens();
  }

  /** Returns the precision of the model's computations. */
  public Precision precision() {
    return compute.precision();
  }
}

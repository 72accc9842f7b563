package io.braid.run.train;

import io.braid.Default;
import io.braid.Doc;
import io.braid.nn.OptimizerSettings;
import io.braid.train.Critic;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The critic, for advantage estimators that use one.
 *
 * @param model the model directory it starts from; by default the policy's
 * @param learningRate the peak learning rate; its other optimizer settings are the policy's
 * @param pretrainSteps the first steps, in which only the critic is trained
 * @param valueClip how far a value may move in one update
 */
public record CriticRecipe(
    @Doc("The model directory it starts from; by default the policy's.") Optional<Path> model,
    @Doc("The peak learning rate; its other optimizer settings are the policy's.") @Default("1e-5")
        double learningRate,
    @Doc("The first steps, in which only the critic is trained.") @Default("0") int pretrainSteps,
    @Doc("How far a value may move in one update.") @Default("0.5") double valueClip) {

  Critic.Settings settings(int updates, int microBatchTokens, OptimizerSettings policy) {
    return new Critic.Settings(
        updates, microBatchTokens, pretrainSteps, valueClip, policy.withLearningRate(learningRate));
  }
}

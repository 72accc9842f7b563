package io.braid.run.train;

import io.braid.Default;
import io.braid.Doc;
import io.braid.nn.OptimizerSettings;
import io.braid.train.Critic;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Settings of the critic, for advantage estimators that use one.
 *
 * @param model model directory that the critic starts from; by default the policy's
 * @param learningRate peak learning rate; the other optimizer settings are the policy's
 * @param pretrainSteps number of first steps that train only the critic
 * @param valueClip maximum change of a value in one update
 */
public record CriticRecipe(
    @Doc("The model directory that the critic starts from; by default the policy's.")
        Optional<Path> model,
    @Doc("The peak learning rate; the other optimizer settings are the policy's.") @Default("1e-5")
        double learningRate,
    @Doc("The number of first steps that train only the critic.") @Default("0") int pretrainSteps,
    @Doc("The maximum change of a value in one update.") @Default("0.5") double valueClip) {

  Critic.Settings settings(int updates, int microBatchTokens, OptimizerSettings policy) {
    return new Critic.Settings(
        updates, microBatchTokens, pretrainSteps, valueClip, policy.withLearningRate(learningRate));
  }
}

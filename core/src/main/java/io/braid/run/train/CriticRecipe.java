package io.braid.run.train;

import io.braid.Default;
import io.braid.Doc;
import io.braid.nn.OptimizerSettings;
import io.braid.train.Critic;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The critic of an advantage that uses one, as a recipe states it.
 *
 * @param model where it begins; the policy's beginning when absent
 * @param learningRate the peak; everything else of its optimizer is as the policy's
 * @param warmupSteps rollouts of which only the critic learns
 * @param valueClip how far a value may move in a step
 */
public record CriticRecipe(
    @Doc("The model directory that it begins from; else where the policy begins.")
        Optional<Path> model,
    @Doc("The peak; the rest of its optimizer is as the policy's.") @Default("1e-5")
        double learningRate,
    @Doc("Rollouts of which only the critic learns.") @Default("0") int warmupSteps,
    @Doc("How far a value may move in a step.") @Default("0.5") double valueClip) {

  Critic.Settings settings(int updates, int microBatchTokens, OptimizerSettings policy) {
    return new Critic.Settings(
        updates, microBatchTokens, warmupSteps, valueClip, policy.withLearningRate(learningRate));
  }
}

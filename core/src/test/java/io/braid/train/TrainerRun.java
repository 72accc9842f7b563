package io.braid.train;

import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.nn.LearningRate.Fall;
import io.braid.nn.OptimizerSettings;
import io.braid.objective.RewardSettings;
import io.braid.objective.advantage.Grpo;
import io.braid.objective.advantage.Grpo.Std;
import io.braid.objective.loss.Aggregation;
import io.braid.objective.loss.Flowrl;
import io.braid.objective.loss.KlTerm;
import io.braid.objective.loss.KlTerm.Estimator;
import io.braid.objective.loss.LossSettings;
import io.braid.objective.loss.PolicyLoss;
import io.braid.objective.loss.PpoClip;
import io.braid.sampling.Sampler;
import io.braid.sampling.ToyTask;
import io.braid.tensor.DType;
import io.braid.trajectory.Column;
import io.braid.verify.Verifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;

/** A policy, its reference, and their trainer. */
final class TrainerRun implements AutoCloseable {
  static final int HIDDEN = 16;

  /**
   * An optimizer whose update is nearly the gradient, so that equal gradients give equal weights.
   */
  static final OptimizerSettings PLAIN =
      new OptimizerSettings(1, 0, Fall.CONSTANT, 0, 0, 1e9, 0.9, 0.999, /* epsilon= */ 1);

  static final OptimizerSettings FAST =
      new OptimizerSettings(0.01, 2, Fall.COSINE, 0.1, 0.01, 1, 0.9, 0.999, 1e-8);

  static final PpoClip GRPO =
      new PpoClip(0.2, 0.2, Optional.empty(), new Aggregation.TokenMean(), Optional.empty());

  static Stream<Named<LossSettings>> losses() {
    return Stream.of(
        Named.of("grpo", GRPO),
        Named.of(
            "grpo with kl",
            new PpoClip(
                0.2,
                0.28,
                Optional.empty(),
                new Aggregation.SequenceMeanTokenMean(),
                Optional.of(new KlTerm(Estimator.K3, 0.1)))),
        Named.of(
            "constant length",
            new PpoClip(
                0.2,
                0.2,
                Optional.empty(),
                new Aggregation.SequenceMeanTokenSumNorm(6),
                Optional.of(new KlTerm(Estimator.K2, 0.1)))),
        Named.of("flowrl", Flowrl.of(1, 0.2, /* dropout= */ 0, 1)));
  }

  final Transformer policy;
  private final Transformer reference;
  private final PolicyLoss loss;
  final PolicyTrainer trainer;

  TrainerRun(
      LossSettings loss, OptimizerSettings optimizer, int miniBatches, int microBatchTokens) {
    this(loss, optimizer, miniBatches, microBatchTokens, 1, ToyTask.VERIFIER);
  }

  TrainerRun(
      LossSettings loss,
      OptimizerSettings optimizer,
      int miniBatches,
      int microBatchTokens,
      long seed,
      Verifier verifier) {
    this(loss, optimizer, miniBatches, microBatchTokens, seed, verifier, DType.FLOAT32);
  }

  TrainerRun(
      LossSettings settings,
      OptimizerSettings optimizer,
      int miniBatches,
      int microBatchTokens,
      long seed,
      Verifier verifier,
      DType dtype) {
    policy = TinyModels.create(2, dtype, 1);
    reference = policy.frozenCopy();
    loss = settings.create(HIDDEN, 1);
    trainer =
        new PolicyTrainer(
            policy,
            Optional.of(reference),
            Optional.empty(),
            List.of(),
            new Sampler(
                ToyTask.problems(5),
                ToyTask.rollout(policy, 4, 6),
                verifier,
                Sampler.Settings.of(3, seed)),
            new Grpo(Std.SAMPLE),
            loss,
            new PolicyTrainer.Settings(
                10,
                miniBatches,
                1,
                microBatchTokens,
                RewardSettings.PLAIN,
                Optional.empty(),
                seed,
                optimizer));
  }

  void steps(int from, int to) {
    for (int step = from; step < to; step++) {
      trainer.step(step);
    }
  }

  /** Returns the weights of the policy and of the loss. */
  Map<String, float[]> weights() {
    Map<String, float[]> all = new HashMap<>(Weights.of(policy));
    all.putAll(Weights.of(loss.parameters()));
    return all;
  }

  @Override
  public void close() {
    trainer.close();
    reference.close();
    policy.close();
  }

  static PolicyTrainer trainer(Transformer model, int samples, int problems) {
    return new PolicyTrainer(
        model,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        ToyTask.sampler(model, problems, samples, 6, Sampler.Settings.of(3, 1)),
        new Grpo(Std.SAMPLE),
        GRPO,
        PolicyTrainer.Settings.of(1, 100, 1, FAST));
  }

  static List<String> ids(StepReport report) {
    return report.problems().stream().map(asked -> asked.problem().id()).toList();
  }

  static List<String> texts(StepReport report) {
    return report.trajectories().get(Column.TEXT);
  }

  /** Returns the loss with dropout, so that its noise is compared too. */
  static LossSettings withDropout(LossSettings loss) {
    return loss instanceof Flowrl flowRl
        ? Flowrl.of(flowRl.beta().at(1), flowRl.epsilon(), 0.3, 0.01)
        : loss;
  }
}

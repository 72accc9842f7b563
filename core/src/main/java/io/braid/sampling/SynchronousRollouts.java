package io.braid.sampling;

import io.braid.checkpoint.CheckpointParts;
import io.braid.model.RolloutWeights;
import io.braid.model.Transformer;
import io.braid.rollout.Rollout;
import io.braid.trajectory.Trajectories;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/** Synchronous rollouts: each step samples with the newest weights, then trains. */
final class SynchronousRollouts implements Rollouts {
  private final Sampler sampler;
  private final Optional<RolloutPolicy> copy;
  private Supplier<String> learned; // the curriculum's state after the last finished step

  /**
   * Creates the rollouts of a run.
   *
   * @param policy the policy, whose weights are copied if rollouts use a different format
   */
  SynchronousRollouts(Sampler sampler, Transformer policy) {
    this.sampler = sampler;
    this.copy =
        sampler.settings().weights() == RolloutWeights.AS_TRAINED
            ? Optional.empty()
            : Optional.of(new RolloutPolicy(sampler, policy));
    this.learned = sampler.curriculum().snapshot();
  }

  @Override
  public RolloutBatch next(int step) {
    copy.ifPresent(RolloutPolicy::publish);
    Rollout source = copy.map(RolloutPolicy::rollout).orElse(sampler.rollout());
    return sampler.sample(step, /* version= */ step, source);
  }

  @Override
  public void learned(Trajectories t) {
    sampler.curriculum().observe(t);
    learned = sampler.curriculum().snapshot();
  }

  @Override
  public OptionalDouble publishSeconds() {
    return copy.stream().mapToDouble(RolloutPolicy::publishSeconds).findAny();
  }

  @Override
  public CheckpointParts parts() {
    return CheckpointParts.none()
        .with(
            CurriculumFile.NAME,
            file -> CurriculumFile.write(file, learned.get()),
            file -> {
              String state = CurriculumFile.restore(file, sampler.curriculum());
              learned = () -> state;
            });
  }

  @Override
  public void close() {
    copy.ifPresent(RolloutPolicy::close);
  }
}

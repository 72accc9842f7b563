package io.braid.train;

import io.braid.model.RolloutWeights;
import io.braid.model.Transformer;
import io.braid.rollout.Rollout;

/** A copy of the policy that is sampled from, in the format that the sampler asks for. */
final class RolloutPolicy implements AutoCloseable {
  private final Transformer policy;
  private final Transformer copy;
  private final Rollout rollout;
  private double publishSeconds;

  /**
   * A copy of the weights of now.
   *
   * @param policy whose weights are copied
   */
  RolloutPolicy(Sampler sampler, Transformer policy) {
    this.policy = policy;
    this.copy = policy.rolloutCopy(sampler.settings().weights());
    if (sampler.settings().weights() == RolloutWeights.AS_TRAINED) {
      copy.attendExactly(); // else the weights differ by far more
    }
    this.rollout = sampler.rollout().of(copy);
  }

  /** Takes over the policy's newest weights. */
  void publish() {
    long start = System.nanoTime();
    copy.copyFrom(policy);
    publishSeconds = (System.nanoTime() - start) / 1e9;
  }

  /** How long the last {@link #publish} took. */
  double publishSeconds() {
    return publishSeconds;
  }

  /** Samples from the copy. */
  Rollout rollout() {
    return rollout;
  }

  @Override
  public void close() {
    copy.close();
  }
}

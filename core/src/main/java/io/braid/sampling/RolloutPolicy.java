package io.braid.sampling;

import io.braid.checkpoint.OptimizerState;
import io.braid.checkpoint.Safetensors;
import io.braid.checkpoint.SafetensorsWriter;
import io.braid.model.RolloutWeights;
import io.braid.model.Transformer;
import io.braid.rollout.Rollout;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A copy of the policy for sampling, in the weight format of the sampler's settings. */
final class RolloutPolicy implements AutoCloseable {
  private final Transformer policy;
  private final Transformer copy;
  private final boolean bytes;
  private final Rollout rollout;
  private double publishSeconds;

  /**
   * Creates a copy of the current weights.
   *
   * @param policy the policy whose weights are copied
   */
  RolloutPolicy(Sampler sampler, Transformer policy) {
    this.policy = policy;
    this.bytes = sampler.settings().weights() == RolloutWeights.INT8;
    this.copy = policy.rolloutCopy(sampler.settings().weights());
    if (sampler.settings().weights() == RolloutWeights.AS_TRAINED) {
      copy.attendExactly(); // in other formats the weights themselves differ far more
    }
    this.rollout = sampler.rollout().of(copy);
  }

  /** Copies the policy's newest weights. */
  void publish() {
    long start = System.nanoTime();
    copy.copyFrom(policy);
    publishSeconds = (System.nanoTime() - start) / 1e9;
  }

  /**
   * Writes the copy to a file.
   *
   * @return false for int8 weights, which are quantised from the policy and cannot be saved
   */
  boolean save(Path file) {
    if (bytes) {
      return false;
    }
    Map<String, Tensor> weights = new LinkedHashMap<>();
    copy.parameters().forEach(each -> weights.put(each.name(), each.tensor()));
    SafetensorsWriter.write(file, weights, Map.of());
    return true;
  }

  /** Restores the weights that {@link #save} wrote. */
  void restore(Path from) {
    try (Safetensors file = Safetensors.open(from);
        Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      copy.parameters().forEach(each -> OptimizerState.copy(file, each.name(), each.tensor()));
    }
  }

  /** Returns the time of the last {@link #publish}, in seconds. */
  double publishSeconds() {
    return publishSeconds;
  }

  /** Returns the rollout that samples from the copy. */
  Rollout rollout() {
    return rollout;
  }

  @Override
  public void close() {
    copy.close();
  }
}

package io.braid.objective.advantage;

import io.braid.objective.Estimate;
import io.braid.trajectory.Trajectories;

/**
 * REINFORCE++ with the group's mean as baseline (Hu 2025, arXiv 2501.03262): centred in the group,
 * scaled over the batch.
 *
 * <p>Â_t = (r − mean_G + Σ_{i≥t} token reward_i − mean_batch) / std_batch
 */
public record ReinforcePlusPlusBaseline() implements AdvantageEstimator {
  @Override
  public Estimate estimate(Trajectories t) {
    return Estimate.of(Whitening.of(new DrGrpo().estimate(t).advantages()));
  }

  @Override
  public int smallestGroup() {
    return 2;
  }
}

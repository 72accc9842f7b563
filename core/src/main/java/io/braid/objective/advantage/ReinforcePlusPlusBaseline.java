package io.braid.objective.advantage;

import io.braid.objective.Advantages;
import io.braid.objective.GroupRewards;
import java.util.List;

/**
 * REINFORCE++ with the group's mean as baseline (Hu 2025, arXiv 2501.03262): centred in the group,
 * scaled over the batch.
 *
 * <p>Â_t = (r − mean_G + Σ_{i≥t} dense_i − mean_batch) / std_batch
 */
public record ReinforcePlusPlusBaseline() implements AdvantageEstimator {
  @Override
  public Advantages estimate(List<GroupRewards> groups) {
    return Advantages.of(Whitening.of(new DrGrpo().estimate(groups).values()));
  }

  @Override
  public int smallestGroup() {
    return 2;
  }
}

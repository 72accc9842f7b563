package io.braid.objective.advantage;

import io.braid.objective.Advantages;
import io.braid.objective.GroupRewards;
import java.util.List;

/** Turns the rewards of a step's responses into advantages. */
public sealed interface AdvantageEstimator permits GroupNormalized, RawOutcome {
  /** The advantage of every token of every response. */
  Advantages estimate(List<GroupRewards> groups);

  /** How many responses a prompt it needs at least. */
  int smallestGroup();
}

package io.braid.objective.advantage;

import io.braid.objective.Advantages;
import io.braid.objective.GroupRewards;
import java.util.List;

/** Turns the rewards of a step's responses into advantages. */
public sealed interface AdvantageEstimator
    permits EntropyShaping,
        Gae,
        DrGrpo,
        Grpo,
        Rloo,
        Reinforce,
        ReinforcePlusPlus,
        ReinforcePlusPlusBaseline {
  /** The advantage of every token of every response. */
  Advantages estimate(List<GroupRewards> groups);

  /** How many responses a prompt it needs at least. */
  int smallestGroup();

  /**
   * Whether rewards of tokens only add to the advantages: Â_t = Â + Σ_{i≥t} r_i. They may then come
   * later than the outcomes.
   */
  default boolean addsTokenRewards() {
    return false;
  }

  /**
   * Whether what a verifier gave for single tokens stays there; others compare whole responses, of
   * which these are the sum.
   */
  default boolean keepsTokenRewards() {
    return false;
  }

  /** Whether it needs {@link io.braid.objective.ResponseRewards#values}. */
  default boolean usesValues() {
    return false;
  }

  /** Whether it needs {@link io.braid.objective.ResponseRewards#entropies}. */
  default boolean usesEntropies() {
    return false;
  }
}

package io.braid.train;

import io.braid.model.Transformer;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What is known of a response before learning from it: one number a token, where it was asked for.
 *
 * @param oldLogProbs log π_old, the policy before the step's first update
 * @param refLogProbs log π_ref
 * @param values what the critic expects before each token
 * @param entropies of the policy at each token, in nats
 */
record Measured(
    Optional<float[]> oldLogProbs,
    Optional<float[]> refLogProbs,
    Optional<float[]> values,
    Optional<float[]> entropies) {

  private static final Measured NOTHING =
      new Measured(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** What is asked for. */
  record Wanted(boolean oldLogProbs, boolean refLogProbs, boolean values, boolean entropies) {
    boolean nothing() {
      return !oldLogProbs && !refLogProbs && !values && !entropies;
    }
  }

  /** Who is asked, and in what portions. */
  record Models(
      Transformer policy,
      Optional<Transformer> reference,
      Optional<Critic> critic,
      int microBatchTokens,
      double temperature) {}

  /** Measures sequences; the answer is in their order. */
  static List<Measured> of(List<Sequence> sequences, Models models, Wanted wanted) {
    if (wanted.nothing()) {
      return Collections.nCopies(sequences.size(), NOTHING);
    }
    float[][] old = new float[sequences.size()][];
    float[][] ref = new float[sequences.size()][];
    float[][] values = new float[sequences.size()][];
    float[][] entropies = new float[sequences.size()][];
    List<Integer> all = IntStream.range(0, sequences.size()).boxed().toList();
    for (List<Integer> part :
        MicroBatches.split(all, i -> sequences.get(i).length(), models.microBatchTokens())) {
      List<Sequence> together = part.stream().map(sequences::get).toList();
      try (Gradients off = Gradients.off();
          Scope scope = Scope.open()) {
        PackedBatch batch = PackedBatch.of(together);
        if (wanted.oldLogProbs() || wanted.entropies()) {
          TokenLogProbs policy = TokenLogProbs.of(models.policy(), batch, models.temperature());
          deal(policy.logProbs(), together, part, old);
          deal(policy.entropy(), together, part, entropies);
        }
        if (wanted.refLogProbs()) {
          Transformer reference = models.reference().orElseThrow();
          deal(
              TokenLogProbs.of(reference, batch, models.temperature()).logProbs(),
              together,
              part,
              ref);
        }
        if (wanted.values()) {
          deal(models.critic().orElseThrow().values(batch), together, part, values);
        }
      }
    }
    List<Measured> measured = new ArrayList<>(sequences.size());
    for (int i = 0; i < sequences.size(); i++) {
      measured.add(
          new Measured(
              asked(wanted.oldLogProbs(), old[i]),
              asked(wanted.refLogProbs(), ref[i]),
              asked(wanted.values(), values[i]),
              asked(wanted.entropies(), entropies[i])));
    }
    return measured;
  }

  private static Optional<float[]> asked(boolean wanted, float[] numbers) {
    return wanted ? Optional.of(numbers) : Optional.empty();
  }

  /** Cuts packed numbers into each sequence's own. */
  private static void deal(
      Tensor packed, List<Sequence> sequences, List<Integer> places, float[][] to) {
    float[] all = packed.toFloats();
    int at = 0;
    for (int s = 0; s < sequences.size(); s++) {
      int length = sequences.get(s).response().length;
      to[places.get(s)] = Arrays.copyOfRange(all, at, at + length);
      at += length;
    }
  }
}

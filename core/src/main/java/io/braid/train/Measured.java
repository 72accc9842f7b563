package io.braid.train;

import io.braid.flow.Latents;
import io.braid.model.ChosenTokens;
import io.braid.model.Transformer;
import io.braid.model.Transformer.LatentTap;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
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
 * @param flowRewards what a flow field gives each token
 * @param look what the policy made of the tokens, for the step's report; there when it was asked
 *     anything
 */
record Measured(
    Optional<float[]> oldLogProbs,
    Optional<float[]> refLogProbs,
    Optional<float[]> values,
    Optional<float[]> entropies,
    Optional<double[]> flowRewards,
    Optional<Look> look) {

  private static final Measured NOTHING =
      new Measured(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /**
   * What the policy makes of a response's tokens before it learns from them.
   *
   * @param logProbs log π of each token
   * @param entropies of the whole distribution at each token, in nats
   */
  record Look(float[] logProbs, float[] entropies) {}

  /** What is asked for. */
  record Wanted(boolean oldLogProbs, boolean refLogProbs, boolean values, boolean entropies) {
    boolean nothing() {
      return !ofPolicy() && !refLogProbs && !values;
    }

    /** Whether the policy is asked; it is then also looked at. */
    boolean ofPolicy() {
      return oldLogProbs || entropies;
    }

    /** The same, the policy asked too. */
    Wanted andOfPolicy() {
      return ofPolicy() ? this : new Wanted(oldLogProbs, refLogProbs, values, true);
    }
  }

  /** Who is asked, and in what portions. */
  record Models(
      Transformer policy,
      Optional<Transformer> reference,
      Optional<Critic> critic,
      int microBatchTokens,
      double temperature) {}

  /**
   * Measures sequences; the answer is in their order.
   *
   * @param flow sees the latents, when there is a flow field
   */
  static List<Measured> of(
      List<Sequence> sequences, Models models, Wanted wanted, Optional<FlowStep> flow) {
    if (wanted.nothing() && flow.isEmpty()) {
      return Collections.nCopies(sequences.size(), NOTHING);
    }
    Measuring all = new Measuring(sequences, models, wanted, flow);
    List<Integer> places = IntStream.range(0, sequences.size()).boxed().toList();
    for (List<Integer> part :
        MicroBatches.split(places, sequences::get, models.microBatchTokens())) {
      all.measure(part);
    }
    return places.stream().map(all::of).toList();
  }

  /** Numbers of all sequences, filled in part by part. */
  private static final class Measuring {
    private final List<Sequence> sequences;
    private final Models models;
    private final Wanted wanted;
    private final Optional<FlowStep> flow;
    private final float[][] old;
    private final float[][] ref;
    private final float[][] values;
    private final float[][] entropies;

    Measuring(List<Sequence> sequences, Models models, Wanted wanted, Optional<FlowStep> flow) {
      this.sequences = sequences;
      this.models = models;
      this.wanted = wanted;
      this.flow = flow;
      this.old = new float[sequences.size()][];
      this.ref = new float[sequences.size()][];
      this.values = new float[sequences.size()][];
      this.entropies = new float[sequences.size()][];
    }

    void measure(List<Integer> part) {
      List<Sequence> together = part.stream().map(sequences::get).toList();
      try (Scope scope = Scope.open()) {
        PackedBatch batch =
            PackedBatch.of(
                together,
                flow.isPresent() ? PackedBatch.Packing.WHOLE : PackedBatch.Packing.PREDICTORS);
        Optional<Latents> latents = flow.map(each -> each.latents(batch));
        try (Gradients off = Gradients.off()) {
          forward(part, together, batch, latents);
        }
        flow.ifPresent(each -> each.see(latents.orElseThrow(), part, entropies));
      }
    }

    /** One pass of each model that is asked; the policy's shows its latents on the way. */
    private void forward(
        List<Integer> part, List<Sequence> together, PackedBatch batch, Optional<Latents> latents) {
      LatentTap tap = Latents.tap(latents);
      if (wanted.ofPolicy()) {
        ChosenTokens policy = chosen(models.policy(), batch, tap, /* entropies= */ true);
        deal(policy.logProbs(), together, part, old);
        deal(policy.entropies().orElseThrow(), together, part, entropies);
      } else {
        latents.ifPresent(
            each -> models.policy().latents(batch.ids(), batch.attention(), tap, each.depth()));
      }
      if (wanted.refLogProbs()) {
        Transformer reference = models.reference().orElseThrow();
        deal(chosen(reference, batch, LatentTap.NONE, false).logProbs(), together, part, ref);
      }
      if (wanted.values()) {
        deal(models.critic().orElseThrow().values(batch), together, part, values);
      }
    }

    private ChosenTokens chosen(
        Transformer model, PackedBatch batch, LatentTap tap, boolean entropies) {
      Tensor hidden = model.hidden(batch.ids(), batch.attention(), tap); // [N, width]
      return batch.chosen(model, hidden, models.temperature(), entropies);
    }

    Measured of(int place) {
      return new Measured(
          asked(wanted.oldLogProbs(), old[place]),
          asked(wanted.refLogProbs(), ref[place]),
          asked(wanted.values(), values[place]),
          asked(wanted.entropies(), entropies[place]),
          flow.map(each -> each.rewards(place)),
          wanted.ofPolicy()
              ? Optional.of(new Look(old[place], entropies[place]))
              : Optional.empty());
    }
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

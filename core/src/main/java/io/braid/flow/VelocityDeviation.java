package io.braid.flow;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.Seeds;
import io.braid.SettingError;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures how far the velocity that a field predicts for a token is from the velocity of its
 * latent (arXiv 2510.10201, section 3.3): at a time t, with u = h − ε,
 *
 * <pre>
 *   D_i(t) = mean_dims (v(x_t, t, c_i, ℓ) − u_i)²        s_i = mean_t  t/(1 − t) · D_i(t)
 * </pre>
 *
 * both averaged over layers, contexts and samples of ε.
 *
 * @param rewardingTimesteps times at which deviations are measured
 * @param debias whether the deviation at a time is weighted by t/(1 − t), as in the paper
 * @param noiseSamples number of noise samples over which deviations are averaged
 * @param variant the weights of the paper or of its authors' published code
 */
public record VelocityDeviation(
    @Doc("Times between 0 (noise) and 1 (latent) at which deviations are measured.")
        @Default("[0.8]")
        List<Double> rewardingTimesteps,
    @Doc("Whether the deviation at a time is weighted by t/(1 - t).") @Default("true")
        boolean debias,
    @Doc("Number of noise samples over which deviations are averaged.") @Default("1")
        int noiseSamples,
    @Doc(
            "paper; or released, its authors' code, which weights all times by the last one's"
                + " t/(1 - t).")
        @Default("paper")
        Variant variant) {

  /** The weights, which differ between the paper and its authors' published code. */
  public enum Variant {
    /** Each time has its own weight. */
    PAPER,
    /**
     * All times have the last time's weight: {@code FlowReward.forward} of the released {@code
     * flow_simple.py} looks up the weights with the index left over from the preceding loop.
     */
    RELEASED
  }

  /** The published setting: time 0.8 and one noise sample. */
  public static final VelocityDeviation PUBLISHED = new VelocityDeviation(List.of(0.8), true, 1);

  /** Creates a measure with the paper's weights. */
  public VelocityDeviation(List<Double> rewardingTimesteps, boolean debias, int noiseSamples) {
    this(rewardingTimesteps, debias, noiseSamples, Variant.PAPER);
  }

  /** Checks the settings. */
  public VelocityDeviation {
    rewardingTimesteps = List.copyOf(rewardingTimesteps);
    if (rewardingTimesteps.isEmpty()
        || !rewardingTimesteps.stream().allMatch(time -> time > 0 && time < 1)) {
      throw new SettingError(
          "rewarding_timesteps", "must be times between 0 and 1, got " + rewardingTimesteps);
    }
    Check.atLeast("noise_samples", noiseSamples, 1);
  }

  /**
   * Samples the noise of a step: one row per position in a response, shared by all responses. A
   * token's score therefore does not depend on the batch or on the length of other responses.
   *
   * @param longest number of tokens of the longest response
   * @return [samples, longest, width]
   */
  public Tensor noise(FlowField field, int longest, long seed) {
    List<Tensor> samples = new ArrayList<>(); // each has its own seed, so none depends on longest
    for (int sample = 0; sample < noiseSamples; sample++) {
      try (RandomSource random =
          new RandomSource(Seeds.derive(seed, Seeds.Stream.FLOW_NOISE, sample))) {
        samples.add(FlowNoise.normal(random, longest, field.width())); // [longest, width]
      }
    }
    return Tensor.stack(samples, 0);
  }

  /**
   * Returns the deviations, averaged over contexts and noise samples; 0 for tokens that no context
   * can score.
   *
   * @param noise from {@link #noise}
   * @return [n] each, indexed by layer, then by time
   */
  public List<List<Tensor>> deviations(FlowField field, Latents latents, Tensor noise) {
    try (Gradients off = Gradients.off()) {
      List<List<Tensor>> all = new ArrayList<>();
      for (int l = 0; l < field.layers().size(); l++) {
        all.add(ofLayer(field, latents, noise, l));
      }
      return all;
    }
  }

  private List<Tensor> ofLayer(FlowField field, Latents latents, Tensor noise, int l) {
    VelocityNetwork network = field.network();
    LatentRows rows = latents.rows();
    Tensor layer = network.embedLayer(FlowNoise.time(field.depthFraction(l))); // [1, width]
    Tensor[] sums = new Tensor[rewardingTimesteps.size()]; // [n] each
    java.util.Arrays.setAll(sums, _ -> Tensor.zeros(DType.FLOAT32, rows.tokens()));
    for (LatentRows.Pairs pairs : rows.pairs()) {
      try (Scope scope = Scope.open()) {
        Tensor target = latents.at(l).indexSelect(0, pairs.targets()); // [k, width]
        Tensor conditions = latents.at(l).indexSelect(0, pairs.conditions()); // [k, width]
        Tensor known = network.embedCondition(conditions).plus(layer); // [k, width]
        for (int sample = 0; sample < noiseSamples; sample++) {
          Tensor epsilon = noise.select(0, sample).indexSelect(0, pairs.positions()); // [k, width]
          Tensor u = target.minus(epsilon);
          for (int at = 0; at < sums.length; at++) {
            Tensor time = FlowNoise.time(rewardingTimesteps.get(at));
            Tensor noised = FlowNoise.between(target, epsilon, time); // [k, width]
            Tensor v = network.velocity(noised, known.plus(network.embedTime(time)));
            Tensor deviation = v.minus(u).square().mean(1); // [k]
            sums[at] = scope.keep(sums[at].indexAdd(0, pairs.tokens(), deviation)); // [n]
          }
        }
      }
    }
    Tensor counts = counts(rows); // [n]
    return java.util.Arrays.stream(sums).map(sum -> sum.div(counts)).toList();
  }

  private Tensor counts(LatentRows rows) {
    float[] counts = new float[rows.tokens()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = Math.max(1, rows.scored()[i]) * noiseSamples;
    }
    return Tensor.of(counts, counts.length); // [n]
  }

  /**
   * Returns the scores: deviations weighted by their times and averaged over layers and times.
   *
   * @param deviations from {@link #deviations}
   * @return [n]
   */
  public Tensor scores(List<List<Tensor>> deviations) {
    Tensor total = deviations.getFirst().getFirst().times(0); // [n]
    for (List<Tensor> layer : deviations) {
      for (int at = 0; at < layer.size(); at++) {
        total = total.plus(layer.get(at).times(weight(at)));
      }
    }
    return total.div((double) deviations.size() * rewardingTimesteps.size());
  }

  private double weight(int at) {
    double time =
        variant == Variant.RELEASED ? rewardingTimesteps.getLast() : rewardingTimesteps.get(at);
    return debias ? time / (1 - time) : 1;
  }
}

package io.braid.flow;

import io.braid.Seeds;
import io.braid.tensor.Gradients;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The flow-matching loss of one optimizer step (Lipman et al. 2023, arXiv 2210.02747; rectified
 * flow, arXiv 2209.03003), as RLFR trains its field: for a latent h and noise ε,
 *
 * <pre>
 *   t = σ(z), z ~ N(0, 1)     x_t = t·h + (1 − t)·ε     u = h − ε
 *   loss = Σ_i w_i mean_dims (v(x_t, t, c_i, ℓ) − u)² / Σ_i w_i
 * </pre>
 *
 * averaged over layers, contexts and samples of (t, ε). A step can be computed in micro-batches:
 * the divisor is the whole step's divisor, and the samples do not depend on the split.
 */
public final class FlowMatching implements AutoCloseable {
  private final FlowField field;
  private final int samples;
  private final double[] divisors;
  private final List<RandomSource> random = new ArrayList<>();
  private boolean hasTokens;

  /**
   * Starts a step.
   *
   * @param samples number of sampled times and noises per token
   * @param divisors for each context of the field, Σ w_i over the tokens of the whole step that it
   *     can score; see {@link #weigh}
   */
  public FlowMatching(FlowField field, int samples, double[] divisors, long seed) {
    this.field = field;
    this.samples = samples;
    this.divisors = divisors.clone();
    for (int stream = 0; stream < field.layers().size() * divisors.length * samples; stream++) {
      random.add(new RandomSource(Seeds.derive(seed, Seeds.Stream.FLOW_MATCHING, stream)));
    }
  }

  /**
   * Adds a response's weights to each context's divisor.
   *
   * @param prompt number of prompt tokens
   * @param weights weights of the response's tokens
   * @param divisors one divisor per context, updated in place
   */
  public static void weigh(
      List<FlowContext> contexts, int prompt, float[] weights, double[] divisors) {
    for (int c = 0; c < divisors.length; c++) {
      for (int t = 0; t < weights.length; t++) {
        int condition = prompt + t + contexts.get(c).offset();
        if (condition >= 0 && condition < prompt + weights.length) {
          divisors[c] += weights[t];
        }
      }
    }
  }

  /**
   * Runs the backward pass for one micro-batch of the step, which accumulates gradients in the
   * parameters.
   *
   * @param weights [n], weights of the response tokens
   * @return the micro-batch's contribution to the loss
   */
  public double learn(Latents latents, Tensor weights) {
    return each(latents, weights, /* learn= */ true);
  }

  /** Returns a micro-batch's contribution to the loss without a backward pass. */
  public double measure(Latents latents, Tensor weights) {
    try (Gradients off = Gradients.off()) {
      return each(latents, weights, /* learn= */ false);
    }
  }

  /** Returns whether any token so far could be scored by a context and had a non-zero weight. */
  public boolean hasTokens() {
    return hasTokens;
  }

  private double each(Latents latents, Tensor weights, boolean learn) {
    List<long[]> weighted = weighted(latents, weights.toFloats());
    double total = 0;
    int stream = 0;
    for (int l = 0; l < field.layers().size(); l++) {
      for (int c = 0; c < divisors.length; c++) {
        for (int sample = 0; sample < samples; sample++) {
          RandomSource source = random.get(stream++);
          if (weighted.get(c).length > 0) {
            hasTokens = true;
            total += contribution(latents, weights, l, c, weighted.get(c), source, learn);
          }
        }
      }
    }
    return total;
  }

  /** Returns, for each context, the indices of the pairs whose target has a non-zero weight. */
  private static List<long[]> weighted(Latents latents, float[] weights) {
    return latents.rows().pairs().stream()
        .map(pairs ->
            IntStream.range(0, pairs.numbers().length)
                .filter(pair -> weights[pairs.numbers()[pair]] != 0)
                .asLongStream()
                .toArray())
        .toList();
  }

  private double contribution(
      Latents latents,
      Tensor weights,
      int l,
      int c,
      long[] weighted,
      RandomSource source,
      boolean learn) {
    try (Scope scope = Scope.open()) {
      LatentRows.Pairs pairs = latents.rows().pairs().get(c);
      Tensor pick = Tensor.of(weighted, weighted.length); // [k]
      Tensor target = rows(latents.at(l), pairs.targets(), pick); // [k, width]
      Tensor condition = rows(latents.at(l), pairs.conditions(), pick); // [k, width]
      Tensor drawn = FlowNoise.normal(source, weighted.length, field.width() + 1L);
      Tensor noise = drawn.narrow(1, 0, field.width()); // [k, width]
      Tensor times = FlowNoise.times(drawn.select(1, field.width())); // [k]
      Tensor error =
          squaredError(field, target, noise, times, condition, field.depthFraction(l)); // [k]
      int terms = field.layers().size() * divisors.length * samples;
      Tensor sum = error.times(rows(weights, pairs.tokens(), pick)).sum(); // scalar
      Tensor loss = sum.div(Math.max(divisors[c], Double.MIN_NORMAL) * terms);
      if (learn) {
        loss.backward();
      }
      return loss.item();
    }
  }

  private static Tensor rows(Tensor from, Tensor indices, Tensor pick) {
    return from.indexSelect(0, indices.indexSelect(0, pick));
  }

  /**
   * Returns mean_dims (v(x_t, t, c, ℓ) − u)².
   *
   * @param latents [k, width], h
   * @param noise [k, width], ε
   * @param times [k]
   * @param conditions [k, width], c
   * @param layer ℓ
   * @return [k]
   */
  static Tensor squaredError(
      FlowField field,
      Tensor latents,
      Tensor noise,
      Tensor times,
      Tensor conditions,
      double layer) {
    VelocityNetwork network = field.network();
    Tensor guidance =
        network
            .embedCondition(conditions)
            .plus(network.embedTime(times))
            .plus(network.embedLayer(FlowNoise.time(layer))); // [k, width]
    Tensor noised = FlowNoise.between(latents, noise, times.unsqueeze(1)); // [k, width]
    Tensor velocity = network.velocity(noised, guidance); // [k, width]
    return velocity.minus(latents.minus(noise)).square().mean(1); // [k]
  }

  @Override
  public void close() {
    random.forEach(RandomSource::close);
  }
}

package io.braid.flow;

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
 * averaged over layers, contexts and draws. The step may be learned in parts: the divisor is the
 * whole step's, and what is drawn does not depend on the parts.
 */
public final class FlowMatching implements AutoCloseable {
  private final FlowField field;
  private final int draws;
  private final double[] divisors;
  private final List<RandomSource> random = new ArrayList<>();
  private boolean saw;

  /**
   * A step.
   *
   * @param draws times and noises for each token
   * @param divisors for each context of the field, Σ w_i of the tokens of the whole step that it
   *     can judge; see {@link #weigh}
   */
  public FlowMatching(FlowField field, int draws, double[] divisors, long seed) {
    this.field = field;
    this.draws = draws;
    this.divisors = divisors.clone();
    for (int stream = 0; stream < field.layers().size() * divisors.length * draws; stream++) {
      random.add(new RandomSource(seed * 1_000_003L + stream));
    }
  }

  /**
   * Adds a response's weights to each context's divisor.
   *
   * @param prompt tokens of the prompt
   * @param weights of the response's tokens
   * @param divisors one for each context
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
   * Learns from a part of the step: the gradient is added to the parameters'.
   *
   * @param weights [n] of the response tokens
   * @return the part's share of the loss
   */
  public double learn(Latents latents, Tensor weights) {
    return each(latents, weights, /* learn= */ true);
  }

  /** The same without learning. */
  public double measure(Latents latents, Tensor weights) {
    try (Gradients off = Gradients.off()) {
      return each(latents, weights, /* learn= */ false);
    }
  }

  /** Whether there was any token so far that a context can judge and that weighs anything. */
  public boolean saw() {
    return saw;
  }

  private double each(Latents latents, Tensor weights, boolean learn) {
    List<long[]> chosen = chosen(latents, weights.toFloats());
    double total = 0;
    int stream = 0;
    for (int l = 0; l < field.layers().size(); l++) {
      for (int c = 0; c < divisors.length; c++) {
        for (int draw = 0; draw < draws; draw++) {
          RandomSource source = random.get(stream++);
          if (chosen.get(c).length > 0) {
            saw = true;
            total += share(latents, weights, l, c, chosen.get(c), source, learn);
          }
        }
      }
    }
    return total;
  }

  /** For each context, which of its pairs have a target that weighs anything. */
  private static List<long[]> chosen(Latents latents, float[] weights) {
    return latents.rows().pairs().stream()
        .map(pairs ->
            IntStream.range(0, pairs.numbers().length)
                .filter(pair -> weights[pairs.numbers()[pair]] != 0)
                .asLongStream()
                .toArray())
        .toList();
  }

  private double share(
      Latents latents,
      Tensor weights,
      int l,
      int c,
      long[] chosen,
      RandomSource source,
      boolean learn) {
    try (Scope scope = Scope.open()) {
      LatentRows.Pairs pairs = latents.rows().pairs().get(c);
      Tensor pick = Tensor.of(chosen, chosen.length); // [k]
      Tensor target = rows(latents.at(l), pairs.targets(), pick); // [k, width]
      Tensor condition = rows(latents.at(l), pairs.conditions(), pick); // [k, width]
      Tensor drawn = FlowNoise.normal(source, chosen.length, field.width() + 1L);
      Tensor noise = drawn.narrow(1, 0, field.width()); // [k, width]
      Tensor times = FlowNoise.times(drawn.select(1, field.width())); // [k]
      Tensor error = squaredError(field, target, noise, times, condition, field.share(l)); // [k]
      int terms = field.layers().size() * divisors.length * draws;
      Tensor share = error.times(rows(weights, pairs.tokens(), pick)).sum(); // scalar
      Tensor loss = share.div(Math.max(divisors[c], Double.MIN_NORMAL) * terms);
      if (learn) {
        loss.backward();
      }
      return loss.item();
    }
  }

  private static Tensor rows(Tensor from, Tensor places, Tensor pick) {
    return from.indexSelect(0, places.indexSelect(0, pick));
  }

  /**
   * mean_dims (v(x_t, t, c, ℓ) − u)².
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

package io.braid.flow;

import io.braid.Seeds;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * How well a field models held-out latents.
 *
 * @param loss flow-matching loss
 * @param meanLevel loss of a baseline that always predicts each layer's mean velocity: mean_dims
 *     Var(h) + 1
 * @param shuffledAuroc probability that a latent moved to another token's position scores higher
 *     than one at its own: 1 if the field always distinguishes them, 0.5 if it never does
 * @param foreignAuroc probability that a latent of a response placed after another problem's prompt
 *     scores higher than one after its own prompt
 */
public record FieldQuality(
    double loss, double meanLevel, double shuffledAuroc, double foreignAuroc) {

  /** Accumulates the data for a quality estimate, one batch at a time. */
  public static final class Accumulator {
    private final FlowField field;
    private final VelocityDeviation deviation;
    private final long seed;
    private final double[][] sums; // [layers][dimensions]
    private final double[][] squares;
    private long tokens;
    private final List<float[]> own = new ArrayList<>();
    private final List<float[]> shuffled = new ArrayList<>();
    private final List<float[]> foreign = new ArrayList<>();

    /**
     * Creates an empty accumulator.
     *
     * @param deviation measure that gives the scores
     */
    public Accumulator(FlowField field, VelocityDeviation deviation, long seed) {
      this.field = field;
      this.deviation = deviation;
      this.seed = seed;
      this.sums = new double[field.layers().size()][field.width()];
      this.squares = new double[field.layers().size()][field.width()];
    }

    /** Adds the latents of correct responses. */
    public void add(Latents latents, int longest) {
      own.add(scores(latents, longest));
      shuffled.add(
          scores(
              latents.shuffled(Seeds.derive(seed, Seeds.Stream.SHUFFLED_LATENTS, own.size())),
              longest));
      try (Scope scope = Scope.open();
          Gradients off = Gradients.off()) {
        LatentRows.Pairs pairs = latents.rows().pairs().getFirst();
        tokens += pairs.numbers().length;
        for (int l = 0; l < sums.length; l++) {
          Tensor targets = latents.at(l).indexSelect(0, pairs.targets()); // [k, width]
          add(targets.sum(0), sums[l]);
          add(targets.square().sum(0), squares[l]);
        }
      }
    }

    private static void add(Tensor numbers, double[] to) {
      double[] more = numbers.toDoubles();
      Arrays.setAll(to, d -> to[d] + more[d]);
    }

    /** Adds the latents of responses that are paired with the prompts of other problems. */
    public void addForeign(Latents latents, int longest) {
      foreign.add(scores(latents, longest));
    }

    private float[] scores(Latents latents, int longest) {
      try (Scope scope = Scope.open();
          Gradients off = Gradients.off()) {
        Tensor noise = deviation.noise(field, longest, seed);
        float[] all = deviation.scores(deviation.deviations(field, latents, noise)).toFloats();
        int scored = 0;
        for (int i = 0; i < all.length; i++) {
          if (latents.scored(i)) {
            all[scored++] = all[i];
          }
        }
        return Arrays.copyOf(all, scored);
      }
    }

    /**
     * Returns the quality.
     *
     * @param loss flow-matching loss on the same latents
     */
    public FieldQuality quality(double loss) {
      double variance = 0;
      for (int l = 0; l < sums.length; l++) {
        for (int d = 0; d < field.width(); d++) {
          double mean = sums[l][d] / tokens;
          variance += squares[l][d] / tokens - mean * mean;
        }
      }
      return new FieldQuality(
          loss,
          variance / (sums.length * (double) field.width()) + 1,
          auroc(own, shuffled),
          auroc(own, foreign));
    }
  }

  /** Returns the fraction of pairs in which the second score is larger; ties count half. */
  static double auroc(List<float[]> first, List<float[]> second) {
    record Scored(float score, boolean isSecond) {}
    List<Scored> all = new ArrayList<>();
    first.forEach(each -> {
      for (float score : each) {
        all.add(new Scored(score, false));
      }
    });
    int firsts = all.size();
    second.forEach(each -> {
      for (float score : each) {
        all.add(new Scored(score, true));
      }
    });
    int seconds = all.size() - firsts;
    if (firsts == 0 || seconds == 0) {
      return Double.NaN;
    }
    all.sort(Comparator.comparingDouble(Scored::score));
    double below = 0; // pairs, summed over the second group
    int firstsBefore = 0;
    for (int i = 0; i < all.size(); ) {
      int end = i;
      int tiedFirsts = 0;
      while (end < all.size() && all.get(end).score == all.get(i).score) {
        tiedFirsts += all.get(end).isSecond ? 0 : 1;
        end++;
      }
      below += (end - i - tiedFirsts) * (firstsBefore + tiedFirsts / 2.0);
      firstsBefore += tiedFirsts;
      i = end;
    }
    return below / ((double) firsts * seconds);
  }
}

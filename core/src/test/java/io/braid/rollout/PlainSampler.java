package io.braid.rollout;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** What {@link TokenSampler} draws from, number by number in double precision. */
final class PlainSampler {
  private PlainSampler() {}

  /** Log-probabilities under temperature and filters; −∞ for what cannot be drawn. */
  static double[] logProbs(double[] logits, SamplingSettings settings, int position) {
    double[] scores = logits.clone();
    if (position < settings.minNewTokens()) {
      settings.stopIds().forEach(id -> scores[id.intValue()] = Double.NEGATIVE_INFINITY);
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] /= settings.temperature();
    }
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> scores[i]).reversed())
            .mapToInt(i -> i)
            .toArray();
    int kept = settings.topK() == 0 ? scores.length : Math.min(settings.topK(), scores.length);
    double total = sum(scores, order, kept);
    double before = 0;
    int nucleus = 0;
    while (nucleus < kept && before < settings.topP()) {
      before += Math.exp(scores[order[nucleus++]]) / total;
    }
    double remaining = sum(scores, order, nucleus);
    double[] logProbs = new double[scores.length];
    Arrays.fill(logProbs, Double.NEGATIVE_INFINITY);
    for (int rank = 0; rank < nucleus; rank++) {
      logProbs[order[rank]] = scores[order[rank]] - Math.log(remaining);
    }
    return logProbs;
  }

  private static double sum(double[] scores, int[] order, int first) {
    return Arrays.stream(order, 0, first).mapToDouble(i -> Math.exp(scores[i])).sum();
  }
}

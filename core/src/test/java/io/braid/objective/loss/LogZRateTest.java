package io.braid.objective.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.model.PartitionHead;
import io.braid.nn.AdamW;
import io.braid.nn.LearningRate.Fall;
import io.braid.nn.OptimizerSettings;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Tests the default learning rate of log Z: with a rate that does not depend on the width, the
 * network of a wide policy overshoots its target by many nats in its first updates. The test prints
 * the figures of docs/algorithms.md.
 */
class LogZRateTest {
  private static final int PROMPTS = 32;
  private static final int UPDATES = 40;
  private static final int SEEDS = 4;
  private static final double TARGET = 1;

  @Test
  void widePoliciesOvershootNoMoreThanNarrowOnes() {
    LogZ.Learned byWidth = new LogZ.Learned(0, Optional.empty());
    double narrow = overshoot(96, byWidth.rate(96));
    assertThat(narrow).isLessThan(1);
    assertThat(byWidth.rate(96)).isEqualTo(2e-3);
    assertThat(byWidth.rate(48)).isEqualTo(2e-3);
    for (int width : new int[] {48, 192, 576}) {
      double same = overshoot(width, 2e-3);
      double own = overshoot(width, byWidth.rate(width));
      System.out.printf(
          Locale.ROOT,
          "width %d: log Z overshoots by %.1f nats at 2e-3, by %.1f at %.2g (width 96: %.1f)%n",
          width,
          same,
          own,
          byWidth.rate(width),
          narrow);
      assertThat(own).isLessThan(1);
      if (width == 576) {
        assertThat(same).isGreaterThan(narrow + 5);
      }
    }
  }

  @Test
  void aGivenRateIsUsedAtEveryWidth() {
    assertThat(new LogZ.Learned(0, 3e-4).rate(8192)).isEqualTo(3e-4);
  }

  /**
   * Trains new networks on noisy targets of 1 nat, with inputs that share a mean, as hidden states
   * do; returns by how much the largest mean output exceeds the target, averaged over seeds.
   */
  private static double overshoot(int width, double rate) {
    double sum = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      sum += overshoot(width, rate, seed) / SEEDS;
    }
    return sum;
  }

  private static double overshoot(int width, double rate, int seed) {
    OptimizerSettings settings =
        new OptimizerSettings(rate, 0, Fall.CONSTANT, 0, 0, 1, 0.9, 0.999, 1e-8);
    Random random = new Random(seed);
    float[] shared = new float[width];
    for (int i = 0; i < width; i++) {
      shared[i] = (float) random.nextGaussian();
    }
    double first = Double.NaN;
    double largest = Double.NEGATIVE_INFINITY;
    try (PartitionHead head = new PartitionHead(width, /* dropout= */ 0.1, seed);
        AdamW adam =
            new AdamW(settings.adam(), List.of(settings.group(head.parameters(), UPDATES, rate)))) {
      for (int update = 0; update < UPDATES; update++) {
        float[] states = new float[PROMPTS * width];
        for (int i = 0; i < states.length; i++) {
          states[i] = (float) (shared[i % width] + 0.3 * random.nextGaussian());
        }
        float[] wanted = new float[PROMPTS];
        for (int p = 0; p < PROMPTS; p++) {
          wanted[p] = (float) (TARGET + 0.5 * random.nextGaussian());
        }
        try (Scope scope = Scope.open();
            RandomSource noise = new RandomSource(update)) {
          Tensor logZ = head.logZ(Tensor.of(states, PROMPTS, width), Optional.of(noise));
          double mean = Arrays.stream(logZ.toDoubles()).average().orElseThrow();
          first = update == 0 ? mean : first;
          largest = Math.max(largest, mean);
          logZ.minus(Tensor.of(wanted, PROMPTS)).square().sum().div(PROMPTS).backward();
        }
        adam.accumulate();
        adam.step(update);
      }
    }
    return largest - Math.max(first, TARGET);
  }
}

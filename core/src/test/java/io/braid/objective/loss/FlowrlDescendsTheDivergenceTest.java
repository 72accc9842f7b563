package io.braid.objective.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.objective.loss.Packed.Answer;
import io.braid.objective.loss.Packed.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On-policy and without length normalisation, FlowRL's expected gradient is twice that of KL(π_θ ‖
 * π_ref·exp(β Â)/Z), for any log Z. All responses of one token are enumerated and weighted by their
 * probability, so the expectation is exact.
 */
class FlowrlDescendsTheDivergenceTest {
  private static final double BETA = 1.7;
  private static final int VOCABULARY = 6;
  private static final int SAMPLES = 40_000;

  @Test
  void atTheTrueLogZTheExpectedGradientIsTwiceTheDivergencesGradient() {
    World world = new World(new Random(1));

    assertThat(world.expectedGradient(world.logZ()))
        .containsExactly(world.twiceTheDivergencesGradient(), within(1e-8));
  }

  @Test
  void aWrongLogZAddsNothingInExpectation() {
    World world = new World(new Random(2));

    for (double logZ : new double[] {-3, 0, 2.5}) {
      assertThat(world.expectedGradient(logZ))
          .containsExactly(world.twiceTheDivergencesGradient(), within(1e-8));
    }
  }

  /**
   * Estimates the gradient from sampled responses, as in training, and prints the interval of each
   * component.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.8})
  void theGradientOfSampledResponsesMatchesTheDivergencesWithinMonteCarloError(double logZOff) {
    World world = new World(new Random(4));
    double[] exact = world.twiceTheDivergencesGradient();
    double norm = Math.sqrt(Arrays.stream(exact).map(x -> x * x).sum());

    Estimate estimate = world.sampledGradient(world.logZ() + logZOff, SAMPLES, new Random(5));

    for (int j = 0; j < VOCABULARY; j++) {
      double half = 1.96 * estimate.errors()[j];
      System.out.printf(
          Locale.ROOT,
          "d/dscore_%d of FlowRL's loss, log Z off by %.1f: %.4f, 95 %% [%.4f, %.4f] of %d samples;"
              + " exact %.4f%n",
          j,
          logZOff,
          estimate.means()[j],
          estimate.means()[j] - half,
          estimate.means()[j] + half,
          SAMPLES,
          exact[j]);
      // With twelve comparisons and a correct gradient, one seed in 1300 exceeds 4 standard errors.
      assertThat(estimate.means()[j]).isCloseTo(exact[j], within(4 * estimate.errors()[j]));
      assertThat(estimate.errors()[j])
          .isLessThan(0.02 * norm); // so that the comparison is meaningful
    }
  }

  @Test
  void theGradientIsZeroAtTheTarget() {
    World world = new World(new Random(3));
    World atTarget = world.withScores(world.logTarget());

    assertThat(atTarget.expectedGradient(world.logZ()))
        .containsExactly(new double[VOCABULARY], within(1e-12));
  }

  /** The mean and the standard error for each score. */
  @SuppressWarnings("ArrayRecordComponent") // compared number by number
  private record Estimate(double[] means, double[] errors) {}

  /** All possible responses, with the policy's scores, the reference and the advantages. */
  private static final class World {
    private final double[] scores;
    private final double[] logReference;
    private final double[] advantages;

    World(Random random) {
      this(
          random.doubles(VOCABULARY, -1, 1).toArray(),
          logSoftmax(random.doubles(VOCABULARY, -1, 1).toArray()),
          random.doubles(VOCABULARY, -1, 1).toArray());
    }

    private World(double[] scores, double[] logReference, double[] advantages) {
      this.scores = scores;
      this.logReference = logReference;
      this.advantages = advantages;
    }

    World withScores(double[] others) {
      return new World(others, logReference, advantages);
    }

    /** Returns log(π_ref·exp(β Â)), not normalised. */
    double[] logTarget() {
      return IntStream.range(0, VOCABULARY)
          .mapToDouble(y -> logReference[y] + BETA * advantages[y])
          .toArray();
    }

    double logZ() {
      return Math.log(Arrays.stream(logTarget()).map(Math::exp).sum());
    }

    /**
     * Returns Σ_y π(y)·∂L_y/∂scores, with the gradient with respect to log π(y) from the loss
     * itself.
     */
    double[] expectedGradient(double logZ) {
      double[] log = logSoftmax(scores);
      List<Answer> responses = new ArrayList<>();
      for (int y = 0; y < VOCABULARY; y++) {
        double[] one = {log[y]};
        responses.add(new Answer(one, one, new double[] {logReference[y]}, advantages[y], logZ));
      }
      try (FlowrlLoss loss = Packed.flowRl(BETA, 0.2)) {
        Outcome outcome = Packed.outcome(loss::of, responses);
        double[] gradient = new double[VOCABULARY];
        for (int y = 0; y < VOCABULARY; y++) {
          double slope = VOCABULARY * outcome.byToken()[y]; // the loss is a mean over responses
          for (int j = 0; j < VOCABULARY; j++) {
            gradient[j] += Math.exp(log[y]) * slope * ((y == j ? 1 : 0) - Math.exp(log[j]));
          }
        }
        return gradient;
      }
    }

    /** Returns the mean gradient over samples y from the policy, with its standard error. */
    Estimate sampledGradient(double logZ, int samples, Random random) {
      double[] log = logSoftmax(scores);
      int[] drawn = new int[samples];
      List<Answer> responses = new ArrayList<>();
      for (int i = 0; i < samples; i++) {
        double left = random.nextDouble();
        int y = 0;
        while (y < VOCABULARY - 1 && left >= Math.exp(log[y])) {
          left -= Math.exp(log[y++]);
        }
        drawn[i] = y;
        double[] one = {log[y]};
        responses.add(new Answer(one, one, new double[] {logReference[y]}, advantages[y], logZ));
      }
      double[] means = new double[VOCABULARY];
      double[] squares = new double[VOCABULARY];
      try (FlowrlLoss loss = Packed.flowRl(BETA, 0.2)) {
        double[] slopes = Packed.outcome(loss::of, responses).byToken();
        for (int i = 0; i < samples; i++) {
          for (int j = 0; j < VOCABULARY; j++) {
            double slope = samples * slopes[i] * ((drawn[i] == j ? 1 : 0) - Math.exp(log[j]));
            means[j] += slope / samples;
            squares[j] += slope * slope / samples;
          }
        }
      }
      double[] errors = new double[VOCABULARY];
      Arrays.setAll(errors, j -> Math.sqrt((squares[j] - means[j] * means[j]) / (samples - 1)));
      return new Estimate(means, errors);
    }

    /** Computes the gradient by central differences of the divergence. */
    double[] twiceTheDivergencesGradient() {
      double step = 1e-5;
      double[] gradient = new double[VOCABULARY];
      for (int j = 0; j < VOCABULARY; j++) {
        double[] up = scores.clone();
        double[] down = scores.clone();
        up[j] += step;
        down[j] -= step;
        gradient[j] = 2 * (divergence(up) - divergence(down)) / (2 * step);
      }
      return gradient;
    }

    private double divergence(double[] of) {
      double[] log = logSoftmax(of);
      double[] target = logTarget();
      double sum = 0;
      for (int y = 0; y < VOCABULARY; y++) {
        sum += Math.exp(log[y]) * (log[y] - (target[y] - logZ()));
      }
      return sum;
    }

    private static double[] logSoftmax(double[] scores) {
      double total = Math.log(Arrays.stream(scores).map(Math::exp).sum());
      return Arrays.stream(scores).map(score -> score - total).toArray();
    }
  }
}

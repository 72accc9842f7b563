package io.braid.objective.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.objective.loss.Packed.Answer;
import io.braid.objective.loss.Packed.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * On-policy and without length normalisation, FlowRL's expected gradient is twice that of KL(π_θ ‖
 * π_ref·exp(β Â)/Z), whatever log Z is. All responses of one token are enumerated, each weighted by
 * its probability, so the expectation is exact.
 */
class FlowRlDescendsTheDivergenceTest {
  private static final double BETA = 1.7;
  private static final int VOCABULARY = 6;

  @Test
  void theExpectedGradientIsTwiceThatOfTheDivergenceAtTheTrueLogZ() {
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

  @Test
  void thereIsNothingLeftToLearnAtTheTarget() {
    World world = new World(new Random(3));
    World atTarget = world.withScores(world.logTarget());

    assertThat(atTarget.expectedGradient(world.logZ()))
        .containsExactly(new double[VOCABULARY], within(1e-12));
  }

  /** Every response there is, with the policy's scores, the reference and the advantages. */
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

    /** log(π_ref·exp(β Â)), not normalised. */
    double[] logTarget() {
      return IntStream.range(0, VOCABULARY)
          .mapToDouble(y -> logReference[y] + BETA * advantages[y])
          .toArray();
    }

    double logZ() {
      return Math.log(Arrays.stream(logTarget()).map(Math::exp).sum());
    }

    /** Σ_y π(y)·∂L_y/∂scores, the loss's gradient by log π(y) taken from the loss itself. */
    double[] expectedGradient(double logZ) {
      double[] log = logSoftmax(scores);
      List<Answer> responses = new ArrayList<>();
      for (int y = 0; y < VOCABULARY; y++) {
        double[] one = {log[y]};
        responses.add(new Answer(one, one, new double[] {logReference[y]}, advantages[y], logZ));
      }
      try (FlowRl loss = Packed.flowRl(BETA, 0.2)) {
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

    /** By central differences of the divergence itself. */
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

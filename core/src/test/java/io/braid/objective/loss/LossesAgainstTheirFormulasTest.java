package io.braid.objective.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.objective.loss.KlTerm.Estimator;
import io.braid.objective.loss.Packed.Answer;
import io.braid.objective.loss.Packed.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values and hand-derived gradients, token by token in plain Java, on random responses. */
class LossesAgainstTheirFormulasTest {
  private static final Offset<Double> CLOSE = within(1e-9);
  private static final double LOW = 0.2;
  private static final double HIGH = 0.28;

  static Stream<Arguments> surrogates() {
    List<Arguments> all = new ArrayList<>();
    for (Aggregation aggregation :
        List.of(
            new Aggregation.TokenMean(),
            new Aggregation.SequenceMeanTokenMean(),
            new Aggregation.Constant(7))) {
      all.add(Arguments.of(aggregation, Optional.empty()));
      all.add(Arguments.of(aggregation, Optional.of(new KlTerm(Estimator.K2, 0.05))));
      all.add(Arguments.of(aggregation, Optional.of(new KlTerm(Estimator.K3, 0.3))));
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("surrogates")
  void theClippedSurrogateIsItsFormula(Aggregation aggregation, Optional<KlTerm> kl) {
    ClippedSurrogate loss = new ClippedSurrogate(LOW, HIGH, Optional.empty(), aggregation, kl);
    Random random = new Random(11);
    for (int round = 0; round < 10; round++) {
      List<Answer> answers = Packed.random(random, 1 + random.nextInt(9), 6);

      same(
          Packed.outcome((batch, logZ) -> loss.of(batch), answers),
          surrogate(answers, aggregation, kl));
    }
  }

  @ParameterizedTest
  @MethodSource("surrogates")
  void theSurrogateOfPartsIsThatOfTheWhole(Aggregation aggregation, Optional<KlTerm> kl) {
    ClippedSurrogate loss = new ClippedSurrogate(LOW, HIGH, Optional.empty(), aggregation, kl);

    anySplitGivesTheSame((batch, logZ) -> loss.of(batch));
  }

  @Test
  void flowRlIsItsFormula() {
    try (FlowRl loss = Packed.flowRl(3, 0.2)) {
      Random random = new Random(12);
      for (int round = 0; round < 20; round++) {
        List<Answer> answers = Packed.random(random, 1 + random.nextInt(9), 6);

        same(Packed.outcome(loss::of, answers), flowRl(answers, 3, 0.2));
      }
    }
  }

  @Test
  void flowRlOfPartsIsThatOfTheWhole() {
    try (FlowRl loss = Packed.flowRl(3, 0.2)) {
      anySplitGivesTheSame(loss::of);
    }
  }

  private static void anySplitGivesTheSame(Packed.Loss loss) {
    Random random = new Random(13);
    List<Answer> answers = Packed.random(random, 12, 6);
    Outcome whole = Packed.outcome(loss, answers);
    for (int round = 0; round < 10; round++) {
      List<List<Answer>> parts = new ArrayList<>();
      for (int from = 0; from < answers.size(); ) {
        int to = Math.min(answers.size(), from + 1 + random.nextInt(5));
        parts.add(answers.subList(from, to));
        from = to;
      }

      same(Packed.outcomeOfParts(loss, parts), whole);
    }
  }

  private static void same(Outcome actual, Outcome expected) {
    assertThat(actual.loss()).isCloseTo(expected.loss(), CLOSE);
    assertThat(actual.byToken()).containsExactly(expected.byToken(), CLOSE);
    assertThat(actual.byLogZ()).containsExactly(expected.byLogZ(), CLOSE);
    assertThat(actual.shares().keySet()).isEqualTo(expected.shares().keySet());
    expected
        .shares()
        .forEach((name, share) ->
            assertThat(actual.shares().get(name)).as(name).isCloseTo(share, CLOSE));
  }

  // ---- the formulas ---------------------------------------------------------------------------

  private static Outcome surrogate(
      List<Answer> answers, Aggregation aggregation, Optional<KlTerm> kl) {
    double loss = 0;
    double clipped = 0;
    double divergence = 0;
    double[] gradients = new double[Packed.tokens(answers)];
    int at = 0;
    for (Answer answer : answers) {
      for (int t = 0; t < answer.policy().length; t++) {
        double weight =
            switch (aggregation) {
              case Aggregation.TokenMean mean -> 1.0 / Packed.tokens(answers);
              case Aggregation.SequenceMeanTokenMean mean ->
                  1.0 / answer.policy().length / answers.size();
              case Aggregation.Constant constant -> 1 / constant.length() / answers.size();
            };
        double rho = Math.exp(answer.policy()[t] - answer.old()[t]);
        double held = Math.max(1 - LOW, Math.min(1 + HIGH, rho));
        double gain = Math.min(rho * answer.advantage(), held * answer.advantage());
        // The clipped branch has no gradient where it is the smaller one and really clips.
        boolean moves = rho == held || rho * answer.advantage() < held * answer.advantage();
        loss -= weight * gain;
        clipped += held * answer.advantage() < rho * answer.advantage() ? 1 : 0;
        gradients[at] -= weight * (moves ? rho * answer.advantage() : 0);
        if (kl.isPresent()) {
          double d = answer.ref()[t] - answer.policy()[t];
          boolean square = kl.get().estimator() == Estimator.K2;
          double value = square ? d * d / 2 : Math.exp(d) - d - 1;
          double slope = square ? -d : 1 - Math.exp(d); // by log π_θ
          loss += weight * kl.get().coefficient() * rho * value;
          divergence += rho * value;
          gradients[at] += weight * kl.get().coefficient() * rho * (value + slope);
        }
        at++;
      }
    }
    Map<String, Double> shares = new TreeMap<>();
    shares.put("clipped", clipped / Packed.tokens(answers));
    if (kl.isPresent()) {
      shares.put("kl", divergence / Packed.tokens(answers));
    }
    return new Outcome(loss, gradients, new double[answers.size()], shares);
  }

  private static Outcome flowRl(List<Answer> answers, double beta, double epsilon) {
    double loss = 0;
    double logZ = 0;
    double residual = 0;
    double[] byToken = new double[Packed.tokens(answers)];
    double[] byLogZ = new double[answers.size()];
    int at = 0;
    for (int r = 0; r < answers.size(); r++) {
      Answer answer = answers.get(r);
      int length = answer.policy().length;
      double policy = 0;
      double reference = 0;
      double logRatio = 0;
      for (int t = 0; t < length; t++) {
        policy += answer.policy()[t] / length;
        reference += answer.ref()[t] / length;
        logRatio += answer.policy()[t] - answer.old()[t];
      }
      double weight = Math.max(1 - epsilon, Math.min(1 + epsilon, Math.exp(logRatio)));
      double delta = answer.logZ() + policy - beta * answer.advantage() - reference;
      loss += weight * delta * delta / answers.size();
      logZ += answer.logZ() / answers.size();
      residual += Math.abs(delta) / answers.size();
      byLogZ[r] = 2 * weight * delta / answers.size();
      for (int t = 0; t < length; t++) {
        byToken[at++] = byLogZ[r] / length;
      }
    }
    return new Outcome(loss, byToken, byLogZ, Map.of("log_z", logZ, "residual", residual));
  }
}

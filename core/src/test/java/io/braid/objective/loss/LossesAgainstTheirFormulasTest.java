package io.braid.objective.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.Metric;
import io.braid.objective.loss.Flowrl.Ratio;
import io.braid.objective.loss.Flowrl.Variant;
import io.braid.objective.loss.KlTerm.Estimator;
import io.braid.objective.loss.Packed.Answer;
import io.braid.objective.loss.Packed.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares losses with values and hand-derived gradients, computed token by token in plain Java, on
 * random responses.
 */
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
            new Aggregation.SequenceMeanTokenSumNorm(7))) {
      all.add(Arguments.of(aggregation, Optional.empty()));
      all.add(Arguments.of(aggregation, Optional.of(new KlTerm(Estimator.K2, 0.05))));
      all.add(Arguments.of(aggregation, Optional.of(new KlTerm(Estimator.K3, 0.3))));
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("surrogates")
  void ppoClipMatchesItsFormula(Aggregation aggregation, Optional<KlTerm> kl) {
    isItsFormula(
        new PpoClip(LOW, HIGH, Optional.empty(), aggregation, kl),
        clippedSurrogate(Double.POSITIVE_INFINITY));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.5, 3})
  void theDualClipMatchesItsFormula(double bound) {
    isItsFormula(
        new PpoClip(LOW, HIGH, Optional.of(bound), new Aggregation.TokenMean(), Optional.empty()),
        clippedSurrogate(bound));
  }

  @ParameterizedTest
  @MethodSource("surrogates")
  void gspoMatchesItsFormula(Aggregation aggregation, Optional<KlTerm> kl) {
    isItsFormula(new Gspo(LOW, HIGH, aggregation, kl), LossesAgainstTheirFormulasTest::gspo);
  }

  @Test
  void gspoMatchesItsSequenceFormForOneAdvantagePerResponse() {
    Gspo loss = new Gspo(LOW, HIGH, new Aggregation.SequenceMeanTokenMean(), Optional.empty());
    Random random = new Random(14);
    for (int round = 0; round < 10; round++) {
      List<Answer> answers = Packed.random(random, 1 + random.nextInt(9), 6);

      Outcome outcome = Packed.outcome((batch, logZ) -> loss.of(batch), answers);

      assertThat(outcome.loss()).isCloseTo(gspoOfSequences(answers), CLOSE);
      assertThat(outcome.byToken())
          .containsExactly(
              slopes(answers, LossesAgainstTheirFormulasTest::gspoOfSequences), within(1e-6));
    }
  }

  @ParameterizedTest
  @MethodSource("surrogates")
  void cispoMatchesItsFormula(Aggregation aggregation, Optional<KlTerm> kl) {
    isItsFormula(new Cispo(LOW, HIGH, aggregation, kl), cispo(LOW, HIGH));
    isItsFormula(new Cispo(1, 4, aggregation, kl), cispo(1, 4));
  }

  @ParameterizedTest
  @MethodSource("surrogates")
  void theSurrogatesOfPartsSumToThatOfTheWhole(Aggregation aggregation, Optional<KlTerm> kl) {
    for (SurrogateLoss loss :
        List.of(
            new PpoClip(LOW, HIGH, Optional.empty(), aggregation, kl),
            new PpoClip(LOW, HIGH, Optional.of(2.0), aggregation, kl),
            new Gspo(LOW, HIGH, aggregation, kl),
            new Cispo(LOW, HIGH, aggregation, kl))) {
      anySplitGivesTheSame((batch, logZ) -> loss.of(batch));
    }
  }

  @Test
  void flowRlMatchesItsFormula() {
    try (FlowrlLoss loss = Packed.flowRl(3, 0.2)) {
      Random random = new Random(12);
      for (int round = 0; round < 20; round++) {
        List<Answer> answers = Packed.random(random, 1 + random.nextInt(9), 6);

        same(Packed.outcome(loss::of, answers), flowRl(answers, 3, 0.2));
      }
    }
  }

  static Stream<Arguments> balances() {
    return Arrays.stream(Variant.values())
        .flatMap(
            variant -> Arrays.stream(Ratio.values()).map(ratio -> Arguments.of(variant, ratio)));
  }

  @ParameterizedTest
  @MethodSource("balances")
  void eachVariantOfFlowrlMatchesItsFormula(Variant variant, Ratio ratio) {
    Flowrl settings = new Flowrl(Beta.of(1.5), 0.3, variant, ratio, new LogZ.Learned(0, 1e-4));
    try (FlowrlLoss loss = Packed.flowRl(settings)) {
      Random random = new Random(15);
      for (int round = 0; round < 10; round++) {
        List<Answer> answers = Packed.randomTokens(random, 1 + random.nextInt(9), 6);

        same(Packed.outcome(loss::of, answers), flowRl(answers, settings, Answer::logZ));
      }
      if (variant == Variant.PAPER) {
        anySplitGivesTheSame(loss::of);
      }
    }
  }

  /**
   * δ is 1, 2 and 3; the mean loss is 2.5 in the micro-batch of the first two, and 9 in the other.
   */
  @Test
  void theReleasedVariantScalesMicroBatchMeansByNineOverTheStepsResponses() {
    Flowrl settings =
        new Flowrl(Beta.of(1), 0.2, Variant.RELEASED, Ratio.SEQUENCE, new LogZ.Learned(0, 1e-4));
    double[] same = {-1, -2};
    List<Answer> answers =
        Stream.of(1, 2, 3).map(delta -> new Answer(same, same, same, 0, delta)).toList();
    try (FlowrlLoss loss = Packed.flowRl(settings)) {
      assertThat(Packed.outcome(loss::of, answers).loss())
          .isCloseTo((1 + 4 + 9) / 3.0 * 9 / 3, within(1e-5));
      Outcome parts =
          Packed.outcomeOfParts(loss::of, List.of(answers.subList(0, 2), answers.subList(2, 3)));
      assertThat(parts.loss()).isCloseTo((2.5 + 9) * 9 / 3, within(1e-5));
      assertThat(parts.byLogZ()) // 2 δ, over the micro-batch, times 3
          .containsExactly(new double[] {3, 6, 18}, within(1e-5));
      assertThat(parts.shares().get(Flowrl.BALANCE_RESIDUAL)).isCloseTo(2, within(1e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void logZOfTheMeanResidualIsConstantOverTheStep(boolean byGroup) {
    LogZ logZ = byGroup ? new LogZ.GroupMean() : new LogZ.BatchMean();
    Flowrl settings = new Flowrl(Beta.of(1.5), 0.3, Variant.PAPER, Ratio.SEQUENCE, logZ);
    try (FlowrlLoss loss = Packed.flowRl(settings)) {
      Random random = new Random(16);
      for (int round = 0; round < 10; round++) {
        List<Answer> answers =
            Packed.randomTokens(random, 3 + random.nextInt(9), 6).stream()
                .map(answer -> answer.of(random.nextInt(3)))
                .toList();
        Packed.prepare(loss, answers);

        // From the policy before the step: later micro-batches and epochs use the same number.
        ToDoubleFunction<Answer> mean =
            answer ->
                -answers.stream()
                    .filter(a -> !byGroup || a.group() == answer.group())
                    .mapToDouble(a -> rest(a, a.old(), settings.beta().at(1)))
                    .average()
                    .orElseThrow();
        Outcome expected = flowRl(answers, settings, mean);
        Packed.Loss fitted = (batch, given) -> loss.of(batch);
        Outcome constant =
            new Outcome(
                expected.loss(), expected.byToken(), new double[answers.size()], expected.shares());
        same(Packed.outcome(fitted, answers), constant);
        int half = answers.size() / 2;
        same(
            Packed.outcomeOfParts(
                fitted, List.of(answers.subList(0, half), answers.subList(half, answers.size()))),
            constant);
      }
    }
  }

  @Test
  void flowRlLossesOfPartsSumToThatOfTheWhole() {
    try (FlowrlLoss loss = Packed.flowRl(3, 0.2)) {
      anySplitGivesTheSame(loss::of);
    }
  }

  /** Checks a loss with one advantage per response, and with advantages and weights per token. */
  private static void isItsFormula(SurrogateLoss loss, Formula formula) {
    Random random = new Random(11);
    for (int round = 0; round < 10; round++) {
      int size = 1 + random.nextInt(9);
      for (List<Answer> answers :
          List.of(Packed.random(random, size, 6), Packed.randomTokens(random, size, 6))) {
        same(
            Packed.outcome((batch, logZ) -> loss.of(batch), answers),
            surrogate(answers, formula, loss.aggregation(), loss.kl()));
      }
    }
  }

  /** Computes central differences with respect to each token's log π_θ. */
  private static double[] slopes(List<Answer> answers, ToDoubleFunction<List<Answer>> loss) {
    double step = 1e-6;
    double[] slopes = new double[Packed.tokens(answers)];
    int at = 0;
    for (int r = 0; r < answers.size(); r++) {
      for (int t = 0; t < answers.get(r).length(); t++) {
        double[] ends = new double[2];
        for (int side = 0; side < 2; side++) {
          double[] policy = answers.get(r).policy().clone();
          policy[t] += side == 0 ? step : -step;
          List<Answer> moved = new ArrayList<>(answers);
          moved.set(r, answers.get(r).moved(policy));
          ends[side] = loss.applyAsDouble(moved);
        }
        slopes[at++] = (ends[0] - ends[1]) / (2 * step);
      }
    }
    return slopes;
  }

  private static void anySplitGivesTheSame(Packed.Loss loss) {
    anySplitGivesTheSame(loss, Packed.random(new Random(13), 12, 6));
    anySplitGivesTheSame(loss, Packed.randomTokens(new Random(13), 12, 6));
  }

  private static void anySplitGivesTheSame(Packed.Loss loss, List<Answer> answers) {
    Random random = new Random(18);
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
            assertThat(actual.shares().get(name)).as(name.name()).isCloseTo(share, CLOSE));
  }

  // ---- the formulas ---------------------------------------------------------------------------

  /**
   * The value of a formula for one token.
   *
   * @param slope derivative with respect to the token's log π_θ
   */
  private record Term(double loss, double slope, boolean clipped) {}

  /** Computes the loss of each token. */
  private interface Formula {
    Term of(Answer answer, int t);
  }

  private static double rho(Answer answer, int t) {
    return Math.exp(answer.policy()[t] - answer.old()[t]);
  }

  private static Term clipped(double rho, double advantage, double bound) {
    double held = Math.max(1 - LOW, Math.min(1 + HIGH, rho));
    double gain = Math.min(rho * advantage, held * advantage);
    // The clipped branch has no gradient if it is the smaller one and actually clips.
    boolean cut = held * advantage < rho * advantage;
    if (advantage < 0 && -gain > -bound * advantage) {
      return new Term(-bound * advantage, 0, true);
    }
    return new Term(-gain, cut ? 0 : -rho * advantage, cut);
  }

  private static Formula clippedSurrogate(double dualClip) {
    return (answer, t) -> clipped(rho(answer, t), answer.advantages()[t], dualClip);
  }

  private static Term gspo(Answer answer, int t) {
    double mean = 0;
    for (int i = 0; i < answer.length(); i++) {
      mean += (answer.policy()[i] - answer.old()[i]) / answer.length();
    }
    return clipped(Math.exp(mean), answer.advantages()[t], Double.POSITIVE_INFINITY);
  }

  private static Formula cispo(double low, double high) {
    return (answer, t) -> {
      double weight = Math.max(1 - low, Math.min(1 + high, rho(answer, t)));
      double slope = -weight * answer.advantages()[t];
      return new Term(slope * answer.policy()[t], slope, weight != rho(answer, t));
    };
  }

  private static Outcome surrogate(
      List<Answer> answers, Formula formula, Aggregation aggregation, Optional<KlTerm> kl) {
    double loss = 0;
    double clipped = 0;
    double divergence = 0;
    double[] gradients = new double[Packed.tokens(answers)];
    int at = 0;
    for (Answer answer : answers) {
      for (int t = 0; t < answer.length(); t++) {
        double weight =
            switch (aggregation) {
              case Aggregation.TokenMean mean -> 1.0 / Packed.tokens(answers);
              case Aggregation.SequenceMeanTokenMean mean -> 1.0 / answer.length() / answers.size();
              case Aggregation.SequenceMeanTokenSumNorm constant ->
                  1 / constant.length() / answers.size();
            };
        if (answer.correction().isPresent()) {
          weight *= answer.correction().get()[t];
        }
        Term term = formula.of(answer, t);
        loss += weight * term.loss();
        clipped += term.clipped() ? 1 : 0;
        gradients[at] += weight * term.slope();
        if (kl.isPresent()) {
          double rho = rho(answer, t);
          double d = answer.ref()[t] - answer.policy()[t];
          boolean square = kl.get().estimator() == Estimator.K2;
          double value = square ? d * d / 2 : Math.exp(d) - d - 1;
          double slope = square ? -d : 1 - Math.exp(d); // by log π_θ
          loss += weight * kl.get().coef() * rho * value;
          divergence += rho * value;
          gradients[at] += weight * kl.get().coef() * rho * (value + slope);
        }
        at++;
      }
    }
    Map<Metric, Double> shares = new HashMap<>();
    shares.put(SurrogateLoss.CLIP_FRAC, clipped / Packed.tokens(answers));
    if (kl.isPresent()) {
      shares.put(SurrogateLoss.KL, divergence / Packed.tokens(answers));
    }
    return new Outcome(loss, gradients, new double[answers.size()], shares);
  }

  /** Computes GSPO in its sequence form, with one advantage per response. */
  private static double gspoOfSequences(List<Answer> answers) {
    double loss = 0;
    for (Answer answer : answers) {
      double sum = 0;
      for (int t = 0; t < answer.length(); t++) {
        sum += answer.policy()[t] - answer.old()[t];
      }
      double s = Math.exp(sum / answer.length());
      double a = answer.advantages()[0];
      loss -= Math.min(s * a, Math.max(1 - LOW, Math.min(1 + HIGH, s)) * a) / answers.size();
    }
    return loss;
  }

  private static Outcome flowRl(List<Answer> answers, double beta, double epsilon) {
    return flowRl(
        answers,
        new Flowrl(
            Beta.of(beta), epsilon, Variant.PAPER, Ratio.SEQUENCE, new LogZ.Learned(0, 1e-4)),
        Answer::logZ);
  }

  /** Returns the residual without log Z. */
  private static double rest(Answer answer, double[] policy, double beta) {
    double rest = 0;
    for (int t = 0; t < answer.length(); t++) {
      rest += policy[t] - answer.ref()[t];
    }
    return rest / answer.length() - beta * answer.advantages()[0];
  }

  private static Outcome flowRl(
      List<Answer> answers, Flowrl settings, ToDoubleFunction<Answer> logZOf) {
    double loss = 0;
    double logZ = 0;
    double residual = 0;
    double[] byToken = new double[Packed.tokens(answers)];
    double[] byLogZ = new double[answers.size()];
    int at = 0;
    for (int r = 0; r < answers.size(); r++) {
      Answer answer = answers.get(r);
      int length = answer.length();
      double logRatio = 0;
      double correction = 0;
      for (int t = 0; t < length; t++) {
        logRatio += answer.policy()[t] - answer.old()[t];
        correction += answer.correction().isPresent() ? answer.correction().get()[t] / length : 0;
      }
      double weight =
          switch (settings.ratio()) {
            case SEQUENCE -> Math.exp(logRatio);
            case SEQUENCE_MEAN -> Math.exp(logRatio / length);
            case NONE -> 1;
          };
      if (settings.variant() == Variant.PAPER) {
        double epsilon = settings.epsilon();
        weight = Math.max(1 - epsilon, Math.min(1 + epsilon, weight));
      }
      if (answer.correction().isPresent()) {
        weight *= correction;
      }
      double divisor = answers.size();
      if (settings.variant() == Variant.RELEASED) { // all in one micro-batch
        divisor *= answers.size() / 9.0;
      }
      double z = logZOf.applyAsDouble(answer);
      double delta = z + rest(answer, answer.policy(), settings.beta().at(1));
      loss += weight * delta * delta / divisor;
      logZ += z / answers.size();
      residual += Math.abs(delta) / answers.size();
      byLogZ[r] = 2 * weight * delta / divisor;
      for (int t = 0; t < length; t++) {
        byToken[at++] = byLogZ[r] / length;
      }
    }
    return new Outcome(
        loss,
        byToken,
        byLogZ,
        Map.of(
            Flowrl.LOG_Z,
            logZ,
            Flowrl.BALANCE_RESIDUAL,
            residual,
            Flowrl.BETA,
            settings.beta().at(1)));
  }
}

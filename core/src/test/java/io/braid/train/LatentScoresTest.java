package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.flow.FieldSettings;
import io.braid.flow.FlowContext;
import io.braid.flow.FlowField;
import io.braid.flow.FlowReward;
import io.braid.flow.Latents;
import io.braid.flow.VelocityDeviation;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.nn.Parameter;
import io.braid.tensor.Gradients;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.train.LatentScores.OfResponse;
import io.braid.trajectory.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LatentScoresTest {
  /**
   * The relative tolerance for sums in another order: eight units in the last place of a FLOAT32.
   * The scores here are of the order of 1e5.
   */
  private static final double ROUNDING = 1e-6;

  private static final VelocityDeviation DEVIATION =
      new VelocityDeviation(List.of(0.5, 0.8), true, 1);
  private static final FlowReward REWARD =
      new FlowReward(FlowReward.Normalization.MINMAX, 1, 0.6, 3, 0.01);

  private final Transformer model = TinyModels.create(3);
  private final FlowField field = restless(FieldSettings.of(2));

  @AfterEach
  void close() {
    field.close();
    model.close();
  }

  /** Creates a field whose velocity is not zero everywhere, unlike a new field's. */
  private FlowField restless(FieldSettings settings) {
    FlowField fresh = FlowField.create(model.config(), settings, 1);
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off();
        RandomSource random = new RandomSource(5)) {
      for (Parameter each : fresh.parameters()) {
        each.tensor()
            .copyInPlace(each.tensor().plus(Tensor.rand(random, each.tensor().shape()).times(0.2)));
      }
    }
    return fresh;
  }

  private static List<Sequence> sequences(int count) {
    Random random = new Random(17);
    List<Sequence> sequences = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      sequences.add(new Sequence(ids(random, 1 + s % 4), ids(random, 1 + (7 * s) % 11)));
    }
    return sequences;
  }

  private static long[] ids(Random random, int length) {
    return random.longs(length, 0, TinyModels.VOCABULARY).toArray();
  }

  private List<OfResponse> of(List<Sequence> sequences, int microBatchTokens, long seed) {
    List<OfResponse> all = new ArrayList<>();
    new LatentScores(
            model, field, new LatentScores.Settings(DEVIATION, REWARD, 1, microBatchTokens, seed))
        .of(sequences, all::add);
    return all;
  }

  @Test
  void resultsAreInTheOrderOfTheResponses() {
    List<Sequence> sequences = sequences(70); // more than are passed on at once
    List<OfResponse> all = of(sequences, 40, 9);

    assertThat(all).hasSameSizeAs(sequences);
    for (int s = 0; s < sequences.size(); s++) {
      hasItsOwn(sequences.get(s), all.get(s));
    }
  }

  /**
   * Compares results with those of the sequence alone, computed by components that are tested
   * elsewhere.
   */
  private void hasItsOwn(Sequence sequence, OfResponse numbers) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      PackedBatch batch = PackedBatch.of(List.of(sequence));
      Latents latents = field.latents(batch.sequences());
      TokenLogProbs policy = TokenLogProbs.of(model, batch, 1, latents);
      List<List<Tensor>> deviations =
          DEVIATION.deviations(field, latents, DEVIATION.noise(field, 20, 9));
      near(numbers.logProbs(), policy.logProbs());
      near(numbers.entropies(), policy.entropy());
      float[] scores = DEVIATION.scores(deviations).toFloats();
      assertThat(numbers.length()).isEqualTo(scores.length);
      for (int t = 0; t < scores.length; t++) {
        assertThat(numbers.scored()[t]).isTrue();
        near(numbers.scores()[t], scores[t]);
        for (int l = 0; l < field.layers().size(); l++) {
          for (int at = 0; at < 2; at++) {
            near(numbers.deviations()[t][l][at], deviations.get(l).get(at).toFloats()[t]);
          }
        }
      }
      assertThat(numbers.rewards()).containsExactly(REWARD.of(numbers.scores(), numbers.scored()));
    }
  }

  private static void near(double actual, double expected) {
    assertThat(actual).isCloseTo(expected, within(ROUNDING * Math.max(1, Math.abs(expected))));
  }

  private static void near(float[] actual, Tensor expected) {
    float[] wanted = expected.toFloats();
    assertThat(actual).hasSameSizeAs(wanted);
    for (int t = 0; t < wanted.length; t++) {
      assertThat(actual[t]).isCloseTo(wanted[t], within(1e-5f));
    }
  }

  @Test
  void theSameSeedGivesTheSameNumbersAndAnotherSeedOthers() {
    double[] first = of(sequences(3), 40, 1).getLast().scores();

    assertThat(of(sequences(3), 40, 1).getLast().scores()).containsExactly(first);
    assertThat(of(sequences(3), 40, 2).getLast().scores()).isNotEqualTo(first);
  }

  @Test
  void scoresDoNotDependOnOtherResponsesForAnyNumberOfNoiseSamples() {
    Sequence one = new Sequence(new long[] {1, 2}, new long[] {3, 4, 5});
    Sequence longer = new Sequence(new long[] {6}, new long[] {7, 8, 9, 10, 11, 12});
    LatentScores scores =
        new LatentScores(
            model,
            field,
            new LatentScores.Settings(
                new VelocityDeviation(List.of(0.8), true, 3), REWARD, 1, 40, 1));
    List<OfResponse> alone = new ArrayList<>();
    List<OfResponse> together = new ArrayList<>();
    scores.of(List.of(one), alone::add);
    scores.of(List.of(one, longer), together::add);

    double[] beside = together.getFirst().scores();
    double[] byItself = alone.getFirst().scores();
    assertThat(beside).hasSameSizeAs(byItself);
    for (int t = 0; t < beside.length; t++) {
      near(beside[t], byItself[t]);
    }
    assertThat(of(List.of(one), 40, 1).getFirst().scores()).isNotEqualTo(alone.getFirst().scores());
  }

  @Test
  void aTokenWithoutItsConditionIsNotScored() {
    FieldSettings before =
        new FieldSettings(1, List.of(0.5), List.of(FlowContext.Mode.TOKEN_PRE), List.of(2));
    try (FlowField other = restless(before)) {
      List<OfResponse> all = new ArrayList<>();
      new LatentScores(model, other, new LatentScores.Settings(DEVIATION, REWARD, 1, 40, 1))
          .of(List.of(new Sequence(new long[] {1}, new long[] {2, 3, 4, 5})), all::add);
      assertThat(all.getFirst().scored()).containsExactly(true, true, false, false);
      assertThat(all.getFirst().scores()).endsWith(0, 0);
    }
  }

  @Test
  void aDamagedFieldIsReported() {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Tensor weight = field.parameters().getFirst().tensor();
      weight.copyInPlace(weight.times(Double.NaN));
    }
    assertThatThrownBy(() -> of(sequences(2), 40, 1))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("is not finite");
  }
}

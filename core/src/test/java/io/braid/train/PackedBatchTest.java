package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.model.InputTokens;
import io.braid.model.PackedAttention;
import io.braid.model.PackedSequence;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Sequence;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedBatchTest {
  private static final List<Sequence> BOTH =
      List.of(
          new Sequence(new long[] {5, 6}, new long[] {7}),
          new Sequence(new long[] {1}, new long[] {2, 3, 4}));

  @Test
  void everyIndexIsCorrect() {
    try (Scope scope = Scope.open()) {
      PackedBatch batch = PackedBatch.of(BOTH);

      assertThat(batch.input().ids().toLongs()).containsExactly(5, 6, 7, 1, 2, 3, 4);
      assertThat(batch.attention().positions().toLongs()).containsExactly(0, 1, 2, 0, 1, 2, 3);
      assertThat(batch.predictors().toLongs()).containsExactly(1, 3, 4, 5);
      assertThat(batch.targets().toLongs()).containsExactly(7, 2, 3, 4);
      assertThat(batch.responseOf().toLongs()).containsExactly(0, 1, 1, 1);
      assertThat(batch.lengths().toDoubles()).containsExactly(1, 3);
      assertThat(batch.promptTokens().toLongs()).containsExactly(0, 1, 3);
      assertThat(batch.promptOf().toLongs()).containsExactly(0, 0, 1);
      assertThat(batch.promptLengths().toDoubles()).containsExactly(2, 1);
    }
  }

  @Test
  void promptMeansCoverOnlyPromptTokens() {
    try (Scope scope = Scope.open()) {
      Tensor hidden = Tensor.arange(14).to(DType.FLOAT32).view(7, 2);

      assertThat(PackedBatch.of(BOTH).promptMeans(hidden).toDoubles()).containsExactly(1, 2, 6, 7);
    }
  }

  @Test
  void aPromptsLastTokenCanBeExcludedUnlessItIsTheOnlyOne() {
    try (Scope scope = Scope.open()) {
      PackedBatch batch = PackedBatch.of(BOTH, new PackedBatch.Packing(false, true));
      Tensor hidden = Tensor.arange(14).to(DType.FLOAT32).view(7, 2);

      assertThat(batch.promptTokens().toLongs()).containsExactly(0, 3);
      assertThat(batch.promptLengths().toDoubles()).containsExactly(1, 1);
      assertThat(batch.promptMeans(hidden).toDoubles()).containsExactly(0, 1, 6, 7);
    }
  }

  @Test
  void aPromptOccursOnceForAllItsResponses() {
    List<Sequence> three =
        List.of(
            new Sequence(new long[] {5, 6}, new long[] {7}),
            new Sequence(new long[] {1}, new long[] {2, 3}),
            new Sequence(new long[] {5, 6}, new long[] {8, 9}));
    try (Scope scope = Scope.open()) {
      PackedBatch batch = PackedBatch.of(three);

      assertThat(batch.input().ids().toLongs()).containsExactly(5, 6, 7, 8, 9, 1, 2, 3);
      assertThat(batch.attention().positions().toLongs()).containsExactly(0, 1, 2, 2, 3, 0, 1, 2);
      assertThat(batch.sequences())
          .containsExactly(
              new PackedSequence(0, 2, 2, 1),
              new PackedSequence(5, 1, 6, 2),
              new PackedSequence(0, 2, 3, 2));
      assertThat(batch.predictors().toLongs()).containsExactly(1, 5, 6, 1, 3);
      assertThat(batch.targets().toLongs()).containsExactly(7, 2, 3, 8, 9);
      assertThat(batch.promptTokens().toLongs()).containsExactly(0, 1, 5, 0, 1);
      assertThat(batch.promptOf().toLongs()).containsExactly(0, 0, 1, 2, 2);

      PackedBatch predictors = PackedBatch.of(three, PackedBatch.Packing.PREDICTORS);
      assertThat(predictors.input().ids().toLongs()).containsExactly(5, 6, 8, 1, 2);
      assertThat(predictors.predictors().toLongs()).containsExactly(1, 3, 4, 1, 2);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.7, 1, 2})
  void packingDoesNotChangeLogProbabilitiesAndEntropies(double temperature) {
    try (Scope scope = Scope.open();
        Transformer model = TinyModels.create(5);
        Gradients off = Gradients.off()) {
      TokenLogProbs packed = TokenLogProbs.of(model, PackedBatch.of(BOTH), temperature);
      double[] logProbs = packed.logProbs().toDoubles();
      double[] entropies = packed.entropy().toDoubles();
      int n = 0;
      for (Sequence sequence : BOTH) {
        double[][] alone = logProbsAlone(model, sequence, temperature);
        for (int t = 0; t < sequence.response().length; t++, n++) {
          assertThat(logProbs[n]).isCloseTo(alone[t][(int) sequence.response()[t]], within(1e-5));
          double entropy = -Arrays.stream(alone[t]).map(l -> l * Math.exp(l)).sum();
          assertThat(entropies[n]).isCloseTo(entropy, within(1e-5));
        }
      }
    }
  }

  /** Returns the log-probabilities of all tokens of the vocabulary at each response token. */
  private static double[][] logProbsAlone(
      Transformer model, Sequence sequence, double temperature) {
    int prompt = sequence.prompt().length;
    long[] ids = Arrays.copyOf(sequence.prompt(), sequence.length());
    System.arraycopy(sequence.response(), 0, ids, prompt, sequence.response().length);
    Tensor hidden =
        model.hidden(
            InputTokens.text(Tensor.of(ids, ids.length)),
            new PackedAttention(new int[] {ids.length}),
            Transformer.LatentTap.NONE);
    double[] logits = model.logits(hidden).toDoubles();
    double[][] rows = new double[sequence.response().length][];
    for (int t = 0; t < rows.length; t++) {
      int start = (prompt + t - 1) * TinyModels.VOCABULARY;
      double[] scores =
          Arrays.stream(logits, start, start + TinyModels.VOCABULARY)
              .map(x -> x / temperature)
              .toArray();
      double total = Math.log(Arrays.stream(scores).map(Math::exp).sum());
      rows[t] = Arrays.stream(scores).map(x -> x - total).toArray();
    }
    return rows;
  }
}

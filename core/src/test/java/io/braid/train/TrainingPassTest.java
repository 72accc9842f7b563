package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.braid.ResidentMemory;
import io.braid.model.Family;
import io.braid.model.HiddenPass.Keep;
import io.braid.model.ModelConfig;
import io.braid.model.ModelConfig.Rope;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.model.Transformer.LatentTap;
import io.braid.model.family.Families;
import io.braid.model.family.Llama;
import io.braid.model.family.Qwen2;
import io.braid.model.family.Qwen3;
import io.braid.nn.Parameter;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.RowProducts;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares passes with {@link TokenLogProbs}, which autograd records from end to end. The tests of
 * the head use layers of libtorch's operators, so that only the head differs; {@code
 * FusedLayersTest} compares Braid's own loops with these.
 */
class TrainingPassTest {
  /** Large enough that both passes use several chunks of unequal size. */
  private static final int VOCABULARY = 2011;

  private static final int SEQUENCES = 61;

  // ---- the head by chunks ---------------------------------------------------------------------

  /**
   * If rollouts are exact, a row of the head's product has the same bits regardless of the other
   * rows, so the chunks give the results of the whole.
   */
  @ParameterizedTest
  @CsvSource({
    "FLOAT32, 1, true",
    "FLOAT32, 0.7, false",
    "BFLOAT16, 1.3, true",
  })
  void logProbabilitiesAndEntropiesMatchTheWholeMatrixBitForBit(
      DType dtype, double temperature, boolean tied) {
    assumeTrue(
        RowProducts.exact(),
        "on this machine, the bits of a row of a matrix product depend on the other rows");
    try (Transformer model = model(new Qwen2(), 1, dtype, tied);
        Scope scope = Scope.open()) {
      PackedBatch batch = PackedBatch.of(sequences(SEQUENCES));
      TrainingPass pass = TrainingPass.of(model, batch, temperature, LatentTap.NONE, true);
      TokenLogProbs whole = TokenLogProbs.of(model, batch, temperature, pass.hidden().detach());

      assertThat(pass.logProbs().sameAs(whole.logProbs())).isTrue();
      assertThat(pass.entropies().orElseThrow().sameAs(whole.entropy())).isTrue();
    }
  }

  /**
   * In FLOAT64, equal bits are not guaranteed: the order of a library's sums may depend on the
   * other rows.
   */
  @Test
  void doubleLogProbabilitiesAndEntropiesMatchTheWholeMatrix() {
    try (Transformer model = model(new Qwen2(), 1, DType.FLOAT64, true);
        Scope scope = Scope.open()) {
      PackedBatch batch = PackedBatch.of(sequences(SEQUENCES));
      TrainingPass pass = TrainingPass.of(model, batch, 0.7, LatentTap.NONE, true);
      TokenLogProbs whole = TokenLogProbs.of(model, batch, 0.7, pass.hidden().detach());

      assertThat(pass.logProbs().toDoubles())
          .containsExactly(whole.logProbs().toDoubles(), within(1e-13));
      assertThat(pass.entropies().orElseThrow().toDoubles())
          .containsExactly(whole.entropy().toDoubles(), within(1e-13));
    }
  }

  /**
   * Layers of libtorch's operators give the same results whether or not autograd records them as a
   * whole.
   */
  @Test
  void hiddenStatesMatchTheWholePass() {
    try (Transformer model = TinyModels.plainly(model(new Qwen2(), 1, DType.FLOAT32, true));
        Scope scope = Scope.open()) {
      PackedBatch batch = PackedBatch.of(sequences(SEQUENCES));

      assertThat(
              TrainingPass.of(model, batch, 1, LatentTap.NONE, false)
                  .hidden()
                  .sameAs(TokenLogProbs.of(model, batch, 1).hidden()))
          .isTrue();
    }
  }

  @Test
  void entropiesAreComputedOnlyOnRequest() {
    try (Transformer model = model(new Qwen2(), 1, DType.FLOAT32, true);
        Scope scope = Scope.open()) {
      PackedBatch batch = PackedBatch.of(sequences(1));

      assertThat(TrainingPass.of(model, batch, 1, LatentTap.NONE, false).entropies()).isEmpty();
    }
  }

  /** Returns the largest error relative to a parameter's largest gradient. */
  @ParameterizedTest
  @CsvSource({
    "FLOAT64, 1, true, 1e-12",
    "FLOAT64, 0.7, false, 1e-12",
    "FLOAT32, 1, true, 2e-5",
    "FLOAT32, 1.3, false, 2e-5",
    "BFLOAT16, 1, true, 0.05",
    "BFLOAT16, 0.7, false, 0.05",
  })
  void gradientsMatchTheWholeMatrix(
      DType dtype, double temperature, boolean tied, double tolerance) {
    try (Transformer model = TinyModels.plainly(model(new Qwen2(), 2, dtype, tied))) {
      for (int sequences : new int[] {1, SEQUENCES}) {
        Map<String, double[]> expected = plainGradients(model, sequences(sequences), temperature);
        Map<String, double[]> gradients = gradients(model, sequences(sequences), temperature);

        close(gradients, expected, tolerance);
      }
    }
  }

  @Test
  void smallGradientsOfAConfidentModelAreNotLostIn16Bits() {
    try (Transformer model = TinyModels.plainly(model(new Qwen2(), 1, DType.BFLOAT16, false))) {
      try (Gradients off = Gradients.off()) {
        model
            .parameters()
            .getLast()
            .tensor()
            .timesInPlace(6); // lm_head: the model becomes nearly certain of its tokens
      }
      List<Sequence> likely = likely(model, sequences(SEQUENCES));

      close(gradients(model, likely, 1), plainGradients(model, likely, 1), 0.05);
    }
  }

  @Test
  void gradientsOfSeveralBatchesAreSummed() {
    List<Sequence> all = sequences(SEQUENCES);
    try (Transformer model = model(new Qwen2(), 1, DType.FLOAT64, true)) {
      Map<String, double[]> expected = plainGradients(model, all, 1);
      backward(model, all.subList(0, 20), 1);
      backward(model, all.subList(20, all.size()), 1);

      close(taken(model), expected, 1e-12);
    }
  }

  @Test
  void aLossWithoutLogProbabilitiesUpdatesOnlyTheLayers() {
    try (Transformer model = model(new Qwen2(), 1, DType.FLOAT64, false)) {
      try (Scope scope = Scope.open()) {
        PackedBatch batch = PackedBatch.of(sequences(3));
        TrainingPass pass = TrainingPass.of(model, batch, 1, LatentTap.NONE, false);
        pass.backward(batch.promptMeans(pass.hidden()).square().sum());
      }

      assertThat(model.parameters().getLast().name()).isEqualTo("lm_head.weight");
      assertThat(model.parameters().getLast().tensor().grad()).isEmpty();
      assertThat(model.parameters().getFirst().tensor().grad()).isPresent();
    }
  }

  // ---- recomputed layers ----------------------------------------------------------------------

  static List<Family> families() {
    return Families.ALL;
  }

  @ParameterizedTest
  @MethodSource("families")
  void recomputedLayersGiveTheSameGradientsBitForBit(Family family) {
    for (boolean exactly : new boolean[] {false, true}) {
      try (Transformer model = model(family, 3, DType.FLOAT32, !family.equals(new Llama()))) {
        if (exactly) {
          model.attendExactly();
        }
        Map<String, double[]> expected = gradients(model, sequences(20), 0.9);
        model.keep(Keep.LAYER_INPUTS);

        gradients(model, sequences(20), 0.9)
            .forEach((name, own) -> assertThat(own).as(name).isEqualTo(expected.get(name)));
      }
    }
  }

  @Test
  void aTapSeesTheSameLatentsOnce() {
    try (Transformer model = model(new Qwen3(), 3, DType.FLOAT32, true)) {
      List<float[]> expected = seen(model);
      model.keep(Keep.LAYER_INPUTS);
      List<float[]> seen = seen(model);

      assertThat(seen).hasSize(4);
      for (int layer = 0; layer < seen.size(); layer++) {
        assertThat(seen.get(layer)).isEqualTo(expected.get(layer));
      }
    }
  }

  private static List<float[]> seen(Transformer model) {
    List<float[]> seen = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      TrainingPass pass =
          TrainingPass.of(
              model,
              PackedBatch.of(sequences(3)),
              1,
              (layer, hidden) -> {
                assertThat(layer).isEqualTo(seen.size());
                seen.add(hidden.detach().toFloats());
              },
              false);
      pass.backward(pass.logProbs().sum());
    }
    taken(model);
    return seen;
  }

  @Test
  void recomputedLayersUseLessMemory() {
    try (Transformer model = model(new Qwen2(), 24, DType.FLOAT32, true)) {
      long inputs = held(model, Keep.LAYER_INPUTS);
      long everything = held(model, Keep.EVERYTHING);

      assertThat(inputs).isLessThan(everything / 3);
    }
  }

  /** Returns the number of bytes that a pass keeps until its backward pass. */
  private static long held(Transformer model, Keep keep) {
    model.keep(keep);
    try (Scope scope = Scope.open()) {
      PackedBatch batch = PackedBatch.of(sequences(400));
      ResidentMemory.trim();
      long before = ResidentMemory.bytes();
      TrainingPass.of(model, batch, 1, LatentTap.NONE, false);
      return ResidentMemory.bytes() - before;
    }
  }

  // ---- fixtures -------------------------------------------------------------------------------

  private static Map<String, double[]> gradients(
      Transformer model, List<Sequence> sequences, double temperature) {
    backward(model, sequences, temperature);
    return taken(model);
  }

  private static void backward(Transformer model, List<Sequence> sequences, double temperature) {
    try (Scope scope = Scope.open()) {
      PackedBatch batch = PackedBatch.of(sequences);
      TrainingPass pass = TrainingPass.of(model, batch, temperature, LatentTap.NONE, false);
      pass.backward(loss(batch, pass.logProbs(), pass.hidden()));
    }
  }

  private static Map<String, double[]> plainGradients(
      Transformer model, List<Sequence> sequences, double temperature) {
    try (Scope scope = Scope.open()) {
      PackedBatch batch = PackedBatch.of(sequences);
      TokenLogProbs pass = TokenLogProbs.of(model, batch, temperature);
      loss(batch, pass.logProbs(), pass.hidden()).backward();
    }
    return taken(model);
  }

  /** Computes a loss in which tokens have different weights and the prompts' states matter. */
  private static Tensor loss(PackedBatch batch, Tensor logProbs, Tensor hidden) {
    Tensor weights = batch.targets().to(logProbs.dtype()).sin(); // [n]
    return logProbs.times(weights).sum().plus(batch.promptMeans(hidden).square().sum());
  }

  /** Returns the gradients by name and clears them. */
  private static Map<String, double[]> taken(Transformer model) {
    Map<String, double[]> gradients = new LinkedHashMap<>();
    try (Scope scope = Scope.open()) {
      for (Parameter parameter : model.parameters()) {
        gradients.put(parameter.name(), parameter.tensor().grad().orElseThrow().toDoubles());
        parameter.tensor().clearGrad();
      }
    }
    return gradients;
  }

  private static void close(
      Map<String, double[]> gradients, Map<String, double[]> expected, double tolerance) {
    assertThat(gradients.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, numbers) -> {
      double largest = 0;
      double error = 0;
      double[] own = gradients.getOrDefault(name, new double[0]);
      for (int i = 0; i < numbers.length; i++) {
        largest = Math.max(largest, Math.abs(numbers[i]));
        error = Math.max(error, Math.abs(numbers[i] - own[i]));
      }
      assertThat(largest).as(name).isPositive();
      assertThat(error).as(name).isLessThan(tolerance * largest);
    });
  }

  /** Returns the same prompts with greedy responses. */
  private static List<Sequence> likely(Transformer model, List<Sequence> sequences) {
    List<Sequence> likely = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      PackedBatch batch = PackedBatch.of(sequences);
      Tensor hidden = model.hidden(batch.input(), batch.attention(), LatentTap.NONE);
      long[] best = model.logits(hidden.indexSelect(0, batch.predictors())).argmax().toLongs();
      int at = 0;
      for (Sequence sequence : sequences) {
        likely.add(new Sequence(sequence.prompt(), new long[] {best[at]}));
        at += sequence.response().length;
      }
    }
    return likely;
  }

  private static List<Sequence> sequences(int count) {
    List<Sequence> sequences = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sequences.add(new Sequence(ids(1 + i % 4, i), ids(1 + 7 * i % 40, 1000 + i)));
    }
    return sequences;
  }

  private static long[] ids(int length, int from) {
    long[] ids = new long[length];
    for (int t = 0; t < length; t++) {
      ids[t] = (from * 31L + t * 7919L + 13) % VOCABULARY;
    }
    return ids;
  }

  private static Transformer model(Family family, int layers, DType dtype, boolean tied) {
    return Transformer.create(
        new ModelConfig(
            family,
            VOCABULARY,
            /* hiddenSize= */ 16,
            /* intermediateSize= */ 24,
            layers,
            /* heads= */ 2,
            /* kvHeads= */ 1,
            /* headDim= */ 8,
            1e-6,
            new Rope(10_000, Optional.empty()),
            tied,
            /* attentionBias= */ family.equals(new Qwen2()),
            /* outputBias= */ false,
            /* mlpBias= */ false,
            64,
            /* initializerRange= */ 0.3),
        dtype,
        7);
  }
}

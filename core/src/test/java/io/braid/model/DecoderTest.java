package io.braid.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.braid.model.family.Families;
import io.braid.model.family.Qwen3;
import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.Engine;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.vision.PromptTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How sequences are parted among threads changes none of their numbers. */
class DecoderTest {
  private static final int ROWS = 300;

  @Test
  void severalThreadsGiveTheSameBitsAsOne() {
    assumeTrue(Backend.current().hasVectors(), "the JVM runs without the Vector API");
    int threads = Engine.threads();
    try (Transformer model = model()) {
      model.attendExactly();
      Engine.setThreads(1);
      assertThat(Chunk.of(ones())).hasSize(1); // nothing is parted
      float[] alone = logits(model);
      Engine.setThreads(2);
      assertThat(Chunk.of(ones())).hasSize(4);
      assertThat(logits(model)).isEqualTo(alone);
    } finally {
      Engine.setThreads(threads);
    }
  }

  @Test
  void promptsReadInPlaceMatchAPackedBatch() {
    try (Transformer model = model();
        Transformer plain = model()) {
      plain.computePlainly();
      float[] inPlace = logits(model);
      float[] captured = logits(plain);
      assertThat(inPlace).containsExactly(captured, within(2e-5f));
    }
  }

  /** By loops without a tensor in between: alone, by chunks, and large layers by a team. */
  @ParameterizedTest
  @CsvSource({
    "1, 64, FLOAT32",
    "7, 64, FLOAT32",
    "16, 64, FLOAT32",
    "300, 64, FLOAT32",
    "9, 64, BFLOAT16",
    "1, 1024, BFLOAT16",
    "9, 1024, BFLOAT16"
  })
  void aStepMatchesTheLayersBitForBit(int rows, int hidden, DType dtype) {
    assumeTrue(Backend.current().hasVectors(), "the JVM runs without the Vector API");
    int threads = Engine.threads();
    try (Transformer model = model(hidden, 2 * hidden, dtype)) {
      model.attendExactly();
      assumeTrue(
          steps(model, hidden == 64),
          "products in panels serve processors with vectors of at least 8 float32 numbers, and a"
              + " BLAS that sums as they do");
      Engine.setThreads(2);
      float[] byLayers = steps(model, rows, Decoder::byLayers);
      assertThat(steps(model, rows, Decoder::new)).isEqualTo(byLayers);
    } finally {
      Engine.setThreads(threads);
    }
  }

  /** Of each family: alone, by chunks, and by a team. */
  @ParameterizedTest
  @MethodSource("families")
  void aStepOfEachFamilyMatchesItsLayersBitForBit(Family family) {
    assumeTrue(Backend.current().hasVectors(), "the JVM runs without the Vector API");
    int threads = Engine.threads();
    Engine.setThreads(2);
    try (Transformer small =
            Transformer.create(FamilyConfigs.of(family, 52, 64, 128, 2), DType.FLOAT32, 3);
        Transformer large =
            Transformer.create(FamilyConfigs.of(family, 52, 1024, 2048, 2), DType.BFLOAT16, 3)) {
      small.attendExactly();
      for (int rows : new int[] {1, 9, 300}) {
        if (steps(small, /* small= */ true)) {
          assertThat(steps(small, rows, Decoder::new))
              .isEqualTo(steps(small, rows, Decoder::byLayers));
        }
      }
      assumeTrue(
          steps(large, /* small= */ false), "libtorch runs on another OpenMP library than GNU's");
      assertThat(steps(large, 9, Decoder::new)).isEqualTo(steps(large, 9, Decoder::byLayers));
    } finally {
      Engine.setThreads(threads);
    }
  }

  static List<Family> families() {
    return Families.ALL;
  }

  /** Where bits do not matter, large weights are read as they lie. */
  @ParameterizedTest
  @ValueSource(ints = {1, 6})
  void aStepOfALargeModelMatchesItsLayers(int rows) {
    assumeTrue(Backend.current().hasVectors(), "the JVM runs without the Vector API");
    int threads = Engine.threads();
    try (Transformer model = model(512, 1024)) {
      assumeTrue(
          steps(model, /* small= */ false), "libtorch runs on another OpenMP library than GNU's");
      Engine.setThreads(2);
      float[] byLayers = steps(model, rows, Decoder::byLayers);
      assertThat(steps(model, rows, Decoder::new)).containsExactly(byLayers, within(2e-4f));
    } finally {
      Engine.setThreads(threads);
    }
  }

  /** Whether a model is decoded by loops: else two times the same would be compared. */
  private static boolean steps(Transformer model, boolean small) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      return DecodingStep.of(model, small).isPresent();
    }
  }

  private static float[] steps(Transformer model, int rows, Function<Transformer, Decoder> opened) {
    Random random = new Random(rows);
    List<long[]> prompts =
        IntStream.range(0, rows).mapToObj(p -> random.longs(1 + p % 37, 0, 50).toArray()).toList();
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off();
        KvCache cache = model.cache(4 * rows)) {
      Decoder decoder = opened.apply(model);
      List<KvCache.Sequence> sequences =
          decoder.prefill(PromptTokens.texts(prompts), cache).sequences();
      List<Tensor> logits = new ArrayList<>();
      for (int step = 0; step < 3; step++) {
        logits.add(decoder.decode(random.longs(rows, 0, 50).toArray(), cache, sequences));
      }
      return Tensor.cat(logits, 0).toFloats();
    }
  }

  /** Whichever kernels libtorch has for a row or two. */
  @Test
  void aShortPromptHasTheSameBitsAloneAndInABatch() {
    List<long[]> prompts =
        List.of(new long[] {7}, new long[] {3, 9}, LongStream.range(0, 30).toArray());
    try (Transformer model = model(448, 1600);
        Scope scope = Scope.open();
        Gradients off = Gradients.off();
        KvCache cache = model.cache(16)) {
      model.attendExactly();
      Decoder decoder = new Decoder(model);
      Tensor together = decoder.prefill(PromptTokens.texts(prompts), cache).lastHidden();
      for (int p = 0; p < prompts.size(); p++) {
        Tensor alone =
            decoder.prefill(PromptTokens.texts(prompts.subList(p, p + 1)), cache).lastHidden();
        assertThat(alone.toFloats()).isEqualTo(together.narrow(0, p, 1).contiguous().toFloats());
      }
    }
  }

  @Test
  void chunksAreWholeSequencesInOrder() {
    int threads = Engine.threads();
    try {
      Engine.setThreads(2);
      assertThat(Chunk.of(new int[] {300, 1, 1, 200, 5}))
          .first()
          .isEqualTo(new Chunk(0, 1)); // the longest alone holds more than its share
      List<Chunk> chunks = Chunk.of(new int[] {300, 1, 1, 200, 5});
      int next = 0;
      for (Chunk chunk : chunks) {
        assertThat(chunk.from()).isEqualTo(next);
        assertThat(chunk.size()).isPositive();
        next = chunk.to();
      }
      assertThat(next).isEqualTo(5);
      assertThat(Chunk.of(new int[] {10, 6})).hasSize(2);
      assertThat(Chunk.of(new int[] {10, 5})).containsExactly(new Chunk(0, 2)); // too few
    } finally {
      Engine.setThreads(threads);
    }
  }

  private static int[] ones() {
    int[] ones = new int[ROWS];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Of each prompt's last token and of two tokens behind it. */
  private static float[] logits(Transformer model) {
    List<long[]> prompts = new ArrayList<>();
    Random random = new Random(1);
    for (int p = 0; p < ROWS; p++) {
      prompts.add(random.longs(1 + p % 37, 0, 50).toArray());
    }
    long[] next = random.longs(ROWS, 0, 50).toArray();
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off();
        KvCache cache = model.cache(4 * ROWS)) {
      Decoder decoder = new Decoder(model);
      Decoder.Prefill prefill = decoder.prefill(PromptTokens.texts(prompts), cache);
      return Tensor.cat(
              List.of(
                  model.logits(prefill.lastHidden()),
                  decoder.decode(next, cache, prefill.sequences()),
                  decoder.decode(next, cache, prefill.sequences())),
              0)
          .toFloats();
    }
  }

  private static Transformer model() {
    return model(64, 96);
  }

  private static Transformer model(int hidden, int intermediate) {
    return model(hidden, intermediate, DType.FLOAT32);
  }

  private static Transformer model(int hidden, int intermediate, DType dtype) {
    ModelConfig config =
        new ModelConfig(
            new Qwen3(),
            52, // whole groups of outputs
            hidden,
            intermediate,
            2,
            4,
            2,
            32,
            1e-6,
            new ModelConfig.Rope(1e4, Optional.empty()),
            true,
            false,
            false,
            false,
            64,
            0.1);
    return Transformer.create(config, dtype, 3);
  }
}

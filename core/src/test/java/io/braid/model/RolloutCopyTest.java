package io.braid.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.model.Transformer.LatentTap;
import io.braid.nn.Parameter;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.vision.PromptTokens;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies of a model to sample from, in other formats. */
class RolloutCopyTest {
  private static final long[] TOKENS = {3, 14, 15, 9, 2, 6, 5, 3, 5, 8, 9, 7};

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, AS_TRAINED, 0, 0",
    "BFLOAT16, AS_TRAINED, 0, 0",
    "FLOAT32, BFLOAT16, 1e-4, 0.15",
    "FLOAT32, INT8, 1e-4, 0.15",
    "BFLOAT16, INT8, 1e-4, 0.15",
  })
  void theCopyMatchesTheModelUpToRounding(
      DType trained, RolloutWeights weights, double least, double most) {
    try (Transformer model = TinyModels.create(2, trained, 1);
        Transformer copy = model.rolloutCopy(weights);
        Scope scope = Scope.open()) {
      double far = logProbs(copy).minus(logProbs(model)).abs().max().item();
      assertThat(far).isBetween(least, most);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theCopyFollowsTheTrainedModel(RolloutWeights weights) {
    try (Transformer model = TinyModels.create(1);
        Transformer other = TinyModels.create(2);
        Transformer copy = model.rolloutCopy(weights);
        Transformer fresh = other.rolloutCopy(weights);
        Scope scope = Scope.open()) {
      float[] before = logProbs(copy).toFloats();
      model.copyFrom(other);
      assertThat(logProbs(copy).toFloats()).containsExactly(before);
      copy.copyFrom(model);
      assertThat(logProbs(copy).toFloats())
          .containsExactly(logProbs(fresh).toFloats())
          .isNotEqualTo(before);
    }
  }

  @Test
  void onlyTheProjectionsAndTheHeadAreInt8() {
    try (Transformer model = TinyModels.create(1);
        Transformer copy = model.rolloutCopy(RolloutWeights.INT8)) {
      assertThat(copy.dtype()).isEqualTo(DType.FLOAT32);
      assertThat(copy.parameters().stream().map(Parameter::name))
          .hasSize(6)
          .allMatch(name -> name.contains("norm") || name.equals("model.embed_tokens.weight"));
      assertThat(copy.parameters()).noneMatch(parameter -> parameter.tensor().requiresGrad());
    }
  }

  /** Counted by hand: two layers of width 16, heads of 8, an MLP of 24. */
  @ParameterizedTest
  @CsvSource({"AS_TRAINED, 4, 4, 0", "BFLOAT16, 2, 2, 0", "INT8, 1, 4, 4"})
  void aTokenReadsAllProjectionsOnce(RolloutWeights format, int weight, int other, int scale) {
    int[][] matrices = {{32, 16}, {16, 16}, {48, 16}, {16, 24}}; // of a layer
    long layer = 32L * other + 2 * 16L * other; // biases of q, k and v; norms
    for (int[] each : matrices) {
      layer += (long) each[0] * each[1] * weight + (long) each[0] * scale;
    }
    long head = TinyModels.VOCABULARY * (16L * weight + scale);
    long normAndRow = (16 + 16) * other;
    try (Transformer model = TinyModels.create(1);
        Transformer copy = model.rolloutCopy(format)) {
      assertThat(copy.bytesPerToken()).isEqualTo(2 * layer + head + normAndRow);
    }
  }

  /** A row of bytes is the same whatever stands beside it, so decoding is the packed pass. */
  @Test
  void int8DecodingMatchesOneForwardPass() {
    try (Transformer model = TinyModels.create(1);
        Transformer copy = model.rolloutCopy(RolloutWeights.INT8);
        Gradients off = Gradients.inference();
        Scope scope = Scope.open()) {
      copy.attendExactly();
      float[] all = logProbs(copy).toFloats();
      long[] prompt = {TOKENS[0], TOKENS[1], TOKENS[2]};
      try (KvCache cache = copy.cache(4)) {
        Decoder decoder = new Decoder(copy);
        Decoder.Prefill prefill = decoder.prefill(PromptTokens.texts(List.of(prompt)), cache);
        for (int t = 3; t < TOKENS.length; t++) {
          Tensor logits = decoder.decode(new long[] {TOKENS[t]}, cache, prefill.sequences());
          float[] one = logits.logSoftmax().toFloats();
          for (int v = 0; v < one.length; v++) {
            assertThat(one[v]).isCloseTo(all[t * one.length + v], within(1e-5f));
          }
        }
      }
    }
  }

  /** [tokens, vocabulary]. */
  private static Tensor logProbs(Transformer model) {
    try (Gradients off = Gradients.off()) {
      Tensor hidden =
          model.hidden(
              InputTokens.text(Tensor.of(TOKENS, TOKENS.length)),
              new PackedAttention(new int[] {TOKENS.length}),
              LatentTap.NONE);
      return model.logits(hidden).logSoftmax();
    }
  }
}

package io.braid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.model.Decoder;
import io.braid.model.InputTokens;
import io.braid.model.KvCache;
import io.braid.model.NamedView;
import io.braid.model.PackedAttention;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.vision.PromptTokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the models with transformers on small random checkpoints (parity/models.py). */
class ModelParityTest {
  private static final Path MODELS = Path.of("src/test/resources/io/braid/checkpoint/models");
  private static final double CLOSE = 1e-4;

  static List<String> names() {
    return GoldenModels.NAMES;
  }

  @ParameterizedTest
  @MethodSource("names")
  void hiddenStatesAndLogitsMatchTransformers(String name) {
    hiddenStatesAndLogitsMatchTransformers(name, load(name));
  }

  /** The same by libtorch's operators alone. */
  @ParameterizedTest
  @MethodSource("names")
  void hiddenStatesAndLogitsOfTheReferenceMatchTransformers(String name) {
    hiddenStatesAndLogitsMatchTransformers(name, TinyModels.plainly(load(name)));
  }

  private static void hiddenStatesAndLogitsMatchTransformers(String name, Transformer held) {
    try (Scope scope = Scope.open();
        Transformer model = held;
        Safetensors golden = golden(name);
        Gradients off = Gradients.off()) {
      Tensor ids = golden.tensor("input_ids"); // [2, t]
      int length = (int) ids.size(1);
      List<Tensor> stream = new ArrayList<>();
      Tensor hidden =
          model.hidden(
              InputTokens.text(ids.reshape(-1)),
              new PackedAttention(new int[] {length, length}),
              (layer, x) -> stream.add(x));

      close(stream.getFirst(), golden.tensor("hidden.embed"));
      for (int layer = 1; layer < stream.size(); layer++) {
        close(stream.get(layer), golden.tensor("hidden." + (layer - 1)));
      }
      close(hidden, golden.tensor("hidden.norm"));
      close(model.logits(hidden), golden.tensor("logits"));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void greedyTokensFromTheCacheMatchTransformers(String name) {
    try (Scope scope = Scope.open();
        Transformer model = load(name);
        Safetensors golden = golden(name);
        Gradients off = Gradients.inference()) {
      Tensor prompts = golden.tensor("greedy.prompt");
      long[] flat = prompts.toLongs();
      int length = (int) prompts.size(1);
      List<long[]> ids = new ArrayList<>();
      for (int p = 0; p < prompts.size(0); p++) {
        ids.add(java.util.Arrays.copyOfRange(flat, p * length, (p + 1) * length));
      }
      int wanted = (int) golden.tensor("greedy.tokens").size(1);
      List<Tensor> tokens = new ArrayList<>();
      try (KvCache cache = model.cache(16)) {
        Decoder decoder = new Decoder(model);
        Decoder.Prefill prefill = decoder.prefill(PromptTokens.texts(ids), cache);
        Tensor next = model.logits(prefill.lastHidden()).argmax();
        tokens.add(next);
        while (tokens.size() < wanted) {
          next = decoder.decode(next.toLongs(), cache, prefill.sequences()).argmax();
          tokens.add(next);
        }
      }
      assertThat(Tensor.stack(tokens, 1).toLongs())
          .isEqualTo(golden.tensor("greedy.tokens").toLongs());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama3-rope", "qwen2", "qwen3", "mistral", "smollm3", "gemma3"})
  void gradientsMatchPyTorch(String name) {
    try (Scope scope = Scope.open();
        Transformer model = load(name);
        Safetensors golden = golden(name)) {
      Tensor ids = golden.tensor("input_ids"); // [2, t]
      int length = (int) ids.size(1);
      Tensor hidden =
          model.hidden(
              InputTokens.text(ids.reshape(-1)),
              new PackedAttention(new int[] {length, length}),
              Transformer.LatentTap.NONE);
      Tensor before =
          hidden.view(2, length, -1).narrow(1, 0, length - 1).reshape(2L * (length - 1), -1);
      Tensor next = ids.narrow(1, 1, length - 1).reshape(-1, 1);
      Tensor loss = model.logits(before).logSoftmax().gather(1, next).mean().negate();
      loss.backward();

      assertThat(loss.item()).isCloseTo(golden.tensor("loss").select(0, 0).item(), within(1e-5));
      int compared = 0;
      for (NamedView view : model.views()) {
        if (golden.names().contains("grad." + view.name())) {
          close(
              view.of(view.parameter().get().grad().orElseThrow()),
              golden.tensor("grad." + view.name()));
          compared++;
        }
      }
      assertThat(compared).isGreaterThanOrEqualTo(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama3-rope", "qwen2", "qwen3", "mistral", "smollm3", "gemma3"})
  void packedRaggedSequencesGiveWhatEachGivesAlone(String name) {
    try (Scope scope = Scope.open();
        Transformer model = load(name);
        Gradients off = Gradients.off()) {
      int[][] orders = {{3, 7, 5}, {7, 5, 3}, {6, 6}, {1, 9, 8, 2}};
      for (int[] lengths : orders) {
        List<Tensor> sequences = new ArrayList<>();
        List<Tensor> alone = new ArrayList<>();
        for (int s = 0; s < lengths.length; s++) {
          Tensor ids = Tensor.arange(lengths[s]).times(s + 2).plus(s).to(DType.INT64);
          sequences.add(ids);
          alone.add(hidden(model, ids, lengths[s]));
        }
        close(hidden(model, Tensor.cat(sequences, 0), lengths), Tensor.cat(alone, 0));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama3-rope", "qwen2", "qwen3", "mistral", "smollm3", "gemma3"})
  void decodingRaggedPromptsTogetherGivesWhatAForwardPassGives(String name) {
    try (Scope scope = Scope.open();
        Transformer model = load(name);
        Gradients off = Gradients.inference()) {
      List<long[]> prompts =
          List.of(new long[] {1, 2, 3}, new long[] {4, 5, 6, 7, 8}, new long[] {9});
      long[] continued = {11, 12, 13, 14};
      try (KvCache cache = model.cache(16)) {
        Decoder decoder = new Decoder(model);
        Decoder.Prefill prefill = decoder.prefill(PromptTokens.texts(prompts), cache);
        List<KvCache.Sequence> all =
            cache.fork(prefill.sequences(), new int[] {2, 2, 2}).stream()
                .flatMap(List::stream)
                .toList();
        int[] rows = {0, 1, 2, 3, 4, 5};
        for (int t = 0; t < continued.length; t++) {
          if (t == 2) {
            List.of(0, 3, 4).forEach(gone -> cache.release(all.get(gone)));
            rows = new int[] {1, 2, 5};
          }
          long[] next = new long[rows.length];
          java.util.Arrays.fill(next, continued[t]);
          Tensor decoded =
              decoder.decode(
                  next, cache, java.util.Arrays.stream(rows).mapToObj(all::get).toList());
          for (int r = 0; r < rows.length; r++) {
            long[] prompt = prompts.get(rows[r] / 2);
            long[] whole = java.util.Arrays.copyOf(prompt, prompt.length + t + 1);
            System.arraycopy(continued, 0, whole, prompt.length, t + 1);
            Tensor forward = hidden(model, Tensor.of(whole, whole.length), whole.length);
            close(decoded.select(0, r), model.logits(forward.select(0, whole.length - 1)));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2-bf16", "gemma3-bf16"})
  void sixteenBitResultsAreCloseToFloat32Results(String name) {
    try (Scope scope = Scope.open();
        Transformer model = ModelDirectory.open(MODELS.resolve(name)).load(Optional.empty());
        Safetensors golden = golden(name);
        Gradients off = Gradients.off()) {
      assertThat(model.dtype()).isEqualTo(DType.BFLOAT16);
      Tensor ids = golden.tensor("input_ids");
      int length = (int) ids.size(1);
      Tensor logits = model.logits(hidden(model, ids.reshape(-1), length, length));
      Tensor wide = golden.tensor("logits").reshape(logits.shape());
      Tensor narrow = golden.tensor("logits.low_precision").reshape(logits.shape());
      double ours = logits.minus(wide).square().mean().sqrt().item();
      double theirs = narrow.minus(wide).square().mean().sqrt().item();
      assertThat(ours)
          .as("rounding error compared with that of transformers")
          .isLessThan(1.5 * theirs);
    }
  }

  private static Tensor hidden(Transformer model, Tensor ids, int... lengths) {
    return model.hidden(
        InputTokens.text(ids), new PackedAttention(lengths), Transformer.LatentTap.NONE);
  }

  private static Transformer load(String name) {
    return ModelDirectory.open(MODELS.resolve(name)).load(Optional.of(DType.FLOAT32));
  }

  private static Safetensors golden(String name) {
    return Safetensors.open(MODELS.resolve(name).resolve("golden.safetensors"));
  }

  private static org.assertj.core.data.Offset<Double> within(double offset) {
    return org.assertj.core.data.Offset.offset(offset);
  }

  private static void close(Tensor actual, Tensor expected) {
    Tensor shaped = expected.reshape(actual.shape());
    assertThat(actual.minus(shaped).abs().max().item()).isLessThanOrEqualTo(CLOSE);
  }
}

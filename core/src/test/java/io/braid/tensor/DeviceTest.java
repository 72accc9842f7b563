package io.braid.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.checkpoint.Safetensors;
import io.braid.checkpoint.SafetensorsWriter;
import io.braid.model.Decoder;
import io.braid.model.InputTokens;
import io.braid.model.KvCache;
import io.braid.model.PackedAttention;
import io.braid.model.PartitionHead;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.model.Transformer.LatentTap;
import io.braid.model.ValueHead;
import io.braid.nn.AdamW;
import io.braid.nn.LearningRate;
import io.braid.vision.PromptTokens;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Everything is made on the engine's device, and nothing is mixed with what is not. */
@EnabledOnOs(OS.LINUX)
class DeviceTest {
  private static final long[] IDS = {3, 1, 4, 1, 5, 9, 2, 6};
  private static final int[] LENGTHS = {3, 5};

  // ---- which ----------------------------------------------------------------------------------

  @Test
  void thePropertyChoosesTheDevice() {
    assertThat(Engine.wanted("cpu")).isEqualTo(DeviceType.CPU);
    assertThat(Engine.wanted("cuda")).isEqualTo(DeviceType.CUDA);
    assertThatThrownBy(() -> Engine.wanted("gpu"))
        .isInstanceOf(UserError.class)
        .hasMessage("-Dbraid.device=gpu: must be cpu or cuda");
  }

  // ---- tensors --------------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource
  void tensorsOfEveryTypeAreMadeOnIt(DType dtype) {
    try (LazyDevice device = LazyDevice.open();
        Scope scope = Scope.open()) {
      assertThat(
              List.of(
                  Tensor.zeros(dtype, 2),
                  Tensor.ones(dtype, 2),
                  Tensor.empty(dtype, 2),
                  Tensor.full(dtype, 1, 2)))
          .allMatch(LazyDevice::holds)
          .allMatch(tensor -> tensor.dtype() == dtype);
    }
  }

  @Test
  void dataFromTheHostGoesToTheDeviceAndBack() {
    try (LazyDevice device = LazyDevice.open();
        RandomSource random = new RandomSource(5);
        Scope scope = Scope.open()) {
      Tensor floats = Tensor.of(new float[] {1, 2}, 2);
      Tensor doubles = Tensor.of(new double[] {1, 2}, 2);
      Tensor longs = Tensor.of(new long[] {1, 2}, 2);
      Tensor booleans = Tensor.of(new boolean[] {true, false}, 2);

      assertThat(
              List.of(
                  floats,
                  doubles,
                  longs,
                  booleans,
                  Tensor.arange(2),
                  Tensor.randn(random, 2),
                  Tensor.rand(random, 2)))
          .allMatch(LazyDevice::holds);
      assertThat(floats.times(2).toFloats()).containsExactly(2, 4);
      assertThat(doubles.times(2).toDoubles()).containsExactly(2, 4);
      assertThat(longs.plus(1).toLongs()).containsExactly(2, 3);
      assertThat(booleans.not().toLongs()).containsExactly(0, 1);
      assertThat(floats.sum().item()).isEqualTo(3);
      assertThatThrownBy(floats::memory).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aSeedGivesTheSameNumbersOnEveryDevice() {
    Supplier<float[]> drawn =
        () -> {
          try (RandomSource random = new RandomSource(11);
              Scope scope = Scope.open()) {
            return Tensor.cat(List.of(Tensor.randn(random, 9), Tensor.rand(random, 9)), 0)
                .toFloats();
          }
        };
    float[] there;
    try (LazyDevice device = LazyDevice.open()) {
      there = drawn.get();
    }
    assertThat(there).containsExactly(drawn.get());
  }

  /** What gives the tests below their teeth. */
  @Test
  void aTensorThatStaysOnTheHostCannotBeComputedWith() {
    try (LazyDevice device = LazyDevice.open();
        Arena arena = Arena.ofConfined();
        Scope scope = Scope.open()) {
      Tensor stayed = Tensor.ofMemory(arena.allocate(8), DType.FLOAT32, 2);
      Tensor here = Tensor.ones(DType.FLOAT32, 2);

      assertThatThrownBy(() -> here.plus(stayed)).hasMessageContaining("not a lazy tensor");
      assertThat(here.plus(stayed.onDevice()).toFloats()).containsExactly(1, 1);
      assertThat(here.copyInPlace(stayed).toFloats()).containsExactly(0, 0);
    }
  }

  // ---- models ---------------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource(names = {"FLOAT64", "FLOAT32", "BFLOAT16"})
  void aForwardPassOnADeviceEqualsThatOnTheHost(DType dtype) {
    float[] here = said(dtype);
    try (LazyDevice device = LazyDevice.open()) {
      assertThat(said(dtype)).containsExactly(here, within(closely(dtype)));
    }
  }

  private static float closely(DType dtype) {
    return dtype == DType.BFLOAT16 ? 2e-2f : 1e-5f;
  }

  /** By the operators that another device has: our own loops round half width less often. */
  private static float[] said(DType dtype) {
    try (Transformer model = TinyModels.plainly(TinyModels.create(2, dtype, 7));
        Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      model.attendExactly();
      return model.logits(hidden(model)).logSoftmax().toFloats();
    }
  }

  private static Tensor hidden(Transformer model) {
    return model.hidden(
        InputTokens.text(Tensor.of(IDS, IDS.length)), new PackedAttention(LENGTHS), LatentTap.NONE);
  }

  @Test
  void trainingOnADeviceEqualsTrainingOnTheHost() {
    List<double[]> here = gradients();
    List<double[]> there;
    try (LazyDevice device = LazyDevice.open()) {
      there = gradients();
    }
    for (int i = 0; i < here.size(); i++) {
      assertThat(there.get(i)).containsExactly(here.get(i), within(1e-6));
    }
  }

  /** In FLOAT64: the lazy device mistakes the types of constants in narrower backward passes. */
  private static List<double[]> gradients() {
    try (Transformer model = TinyModels.create(2, DType.FLOAT64, 7);
        Scope scope = Scope.open()) {
      Tensor logProbs = model.logits(hidden(model)).logSoftmax();
      Tensor chosen = logProbs.gather(1, Tensor.of(IDS, IDS.length, 1)).squeeze(1);
      chosen.sum().negate().div(IDS.length).backward();
      return model.parameters().stream()
          .map(parameter -> parameter.tensor().grad().orElseThrow().toDoubles())
          .toList();
    }
  }

  @Test
  void headsOnADeviceEqualThoseOnTheHost() {
    float[] here = heads();
    try (LazyDevice device = LazyDevice.open()) {
      assertThat(heads()).containsExactly(here, within(1e-6f));
    }
  }

  private static float[] heads() {
    try (ValueHead critic = new ValueHead(16);
        PartitionHead partition = new PartitionHead(16, 0.1, 3);
        RandomSource noise = new RandomSource(2);
        Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Tensor hidden = Tensor.randn(noise, 4, 16);
      return Tensor.cat(
              List.of(critic.values(hidden), partition.logZ(hidden, Optional.of(noise))), 0)
          .toFloats();
    }
  }

  @Test
  void decodingOnADeviceEqualsDecodingOnTheHost() {
    float[] here = decoded();
    try (LazyDevice device = LazyDevice.open()) {
      assertThat(decoded()).containsExactly(here, within(1e-5f));
    }
  }

  private static float[] decoded() {
    try (Transformer model = TinyModels.create(7);
        Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      List<long[]> prompts = List.of(Arrays.copyOf(IDS, 3), Arrays.copyOf(IDS, 5));
      try (KvCache cache = model.cache(8)) {
        Decoder decoder = new Decoder(model);
        Decoder.Prefill prefill = decoder.prefill(PromptTokens.texts(prompts), cache);
        List<KvCache.Sequence> rows =
            cache.fork(prefill.sequences(), new int[] {2, 2}).stream()
                .flatMap(List::stream)
                .toList();
        decoder.decode(new long[] {1, 2, 3, 4}, cache, rows);
        List<KvCache.Sequence> stay = List.of(rows.get(0), rows.get(3));
        return decoder.decode(new long[] {5, 6}, cache, stay).toFloats();
      }
    }
  }

  @Test
  void anOptimizerKeepsEverythingThere() {
    try (LazyDevice device = LazyDevice.open();
        Transformer model = TinyModels.create(1, DType.BFLOAT16, 7);
        AdamW optimizer =
            new AdamW(
                AdamW.Settings.DEFAULT,
                List.of(
                    new AdamW.Group(
                        model.parameters(),
                        new LearningRate(1e-3, 0, 1, LearningRate.Fall.CONSTANT, 0),
                        0.1)))) {
      assertThat(optimizer.state().values()).isNotEmpty().allMatch(LazyDevice::holds);
    }
  }

  // ---- files ----------------------------------------------------------------------------------

  @Test
  void tensorsAreSavedFromItAndLoadedToIt(@TempDir Path directory) {
    Path file = directory.resolve("some.safetensors");
    try (LazyDevice device = LazyDevice.open();
        Scope scope = Scope.open()) {
      Tensor saved = Tensor.of(new float[] {1, 2, 3}, 3).requiresGrad(true);
      SafetensorsWriter.write(file, Map.of("x", saved), Map.of());
      Tensor loaded = Tensor.zeros(DType.FLOAT32, 3);
      try (Safetensors from = Safetensors.open(file)) {
        loaded.copyInPlace(from.tensor("x"));
      }
      assertThat(loaded).matches(LazyDevice::holds);
      assertThat(loaded.toFloats()).containsExactly(1, 2, 3);
    }
  }
}

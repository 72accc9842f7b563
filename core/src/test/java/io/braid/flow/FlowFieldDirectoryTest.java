package io.braid.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.braid.UserError;
import io.braid.checkpoint.Checksums;
import io.braid.checkpoint.Safetensors;
import io.braid.checkpoint.SafetensorsWriter;
import io.braid.flow.FlowContext.Mode;
import io.braid.model.ModelConfig;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.tensor.DType;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Tests fields on disk, intact and damaged, and untrained fields. */
class FlowFieldDirectoryTest {
  private static final FieldSettings SETTINGS =
      Fields.settings(new FlowContext(Mode.TOKEN_POST, 2), new FlowContext(Mode.IDENTITY, 1));
  private static final ModelConfig MODEL = config(2);

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private Path parent;

  @SuppressWarnings("NullAway.Init") // made before each test
  private Path directory;

  /** Saves a field without checksums, which would detect any damage before the reader does. */
  @BeforeEach
  void save() throws IOException {
    directory = parent.resolve("field");
    try (FlowField field = Fields.randomised(MODEL, SETTINGS, 3)) {
      field.save(directory);
    }
    Files.delete(directory.resolve(Checksums.FILE));
  }

  private static ModelConfig config(int layers) {
    try (Transformer model = TinyModels.create(layers, DType.FLOAT32, 1)) {
      return model.config();
    }
  }

  // ---- intact ---------------------------------------------------------------------------------

  @Test
  void readsTheFieldThatWasWritten() {
    try (FlowField written = Fields.randomised(MODEL, SETTINGS, 3);
        FlowField read = FlowField.load(directory);
        Scope scope = Scope.open()) {
      assertThat(read.settings()).isEqualTo(SETTINGS);
      assertThat(read.layers()).isEqualTo(written.layers());
      assertThat(read.width()).isEqualTo(16);
      Map<String, Tensor> expected = written.network().state();
      assertThat(read.network().state().keySet()).isEqualTo(expected.keySet());
      read.network()
          .state()
          .forEach((name, tensor) ->
              assertThat(tensor.toFloats()).as(name).isEqualTo(numbers(expected, name)));
      read.checkFits(MODEL, "here");
    }
  }

  @Test
  void rewritesTheSameBytes() throws IOException {
    Path again = parent.resolve("again");
    try (FlowField read = FlowField.load(directory)) {
      read.save(again);
    }
    for (String file : new String[] {FlowField.WEIGHTS, "flow_config.json"}) {
      assertThat(again.resolve(file)).hasSameBinaryContentAs(directory.resolve(file));
    }
  }

  @Test
  void readsNarrowerWeights() {
    try (Scope scope = Scope.open()) {
      rewrite((name, tensor) -> tensor.to(DType.BFLOAT16));
    }
    try (FlowField read = FlowField.load(directory);
        FlowField written = Fields.randomised(MODEL, SETTINGS, 3);
        Scope scope = Scope.open()) {
      read.network()
          .state()
          .forEach((name, tensor) -> {
            assertThat(tensor.dtype()).isEqualTo(DType.FLOAT32);
            assertThat(tensor.toFloats()).as(name).isEqualTo(rounded(written, name));
          });
    }
  }

  // ---- damaged --------------------------------------------------------------------------------

  @Test
  void refusesADirectoryWithoutAField() {
    Path nowhere = parent.resolve("nowhere");

    refusal(nowhere, () -> FlowField.load(nowhere)).contains("not a flow field");
  }

  @Test
  void refusesAMissingConfig() throws IOException {
    Files.delete(config());

    refusal(config(), this::load).contains("no such file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "3", "{}", "\u0000"})
  void refusesAMalformedConfig(String text) throws IOException {
    Files.writeString(config(), text);

    refusal(config(), this::load)
        .containsAnyOf("is empty", "is not JSON", "num_layers_flow is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "num_layers_flow | 0",
        "num_layers_flow | 65",
        "num_layers_flow | 2.5",
        "num_layers_flow | \"2\"",
        "num_layers_flow | null",
        "num_layers_flow | 1e30",
        "hook_layers_percentile | \"\"",
        "hook_layers_percentile | \"0.5+\"",
        "hook_layers_percentile | \"0.5+2\"",
        "hook_layers_percentile | \"NaN\"",
        "hook_layers_percentile | [0.5]",
        "flow_context_mode | \"sideways+identity\"",
        "flow_context_mode | \"identity\"",
        "flow_shift | \"1\"",
        "flow_shift | \"0+1\"",
        "flow_shift | \"x+1\"",
        "flow_shift | \"99999999999+1\"",
        "hidden_size | 0",
        "hidden_size | -16",
        "hidden_size | 16.5",
        "hidden_size | 1e30",
        "num_hidden_layers | 0",
        "rms_norm_eps | \"small\"",
        "rms_norm_eps | -1",
        "rms_norm_eps | 1e999",
      })
  void namesAWrongNumberInTheConfig(String key, String value) throws IOException {
    ObjectNode json = (ObjectNode) JsonMapper.shared().readTree(Files.readString(config()));
    json.set(key, JsonMapper.shared().readTree("[0]").get(0));
    Files.writeString(
        config(),
        json.toString().replace("\"%s\":0".formatted(key), "\"%s\":%s".formatted(key, value)));

    refusal(config(), this::load)
        .containsAnyOf(key, key.equals("flow_context_mode") ? "flow_shift" : key);
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 17, 1 << 30, Integer.MAX_VALUE})
  void refusesAWidthThatTheWeightsDoNotHaveBeforeAllocating(int width) throws IOException {
    set("hidden_size", width);

    refusal(weights(), this::load)
        .contains("[16, 16]")
        .contains("hidden_size " + width)
        .contains("do not belong together");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 64})
  void refusesAnotherNumberOfBlocksBeforeAllocating(int blocks) throws IOException {
    set("num_layers_flow", blocks);

    refusal(weights(), this::load)
        .contains("has 2 residual blocks")
        .contains("num_layers_flow " + blocks);
  }

  @Test
  void refusesTruncatedWeights() throws IOException {
    byte[] whole = Files.readAllBytes(weights());
    for (int length : new int[] {0, 7, 100, whole.length / 2, whole.length - 1}) {
      Files.write(weights(), Arrays.copyOf(whole, length));

      refusal(weights(), this::load).isNotBlank();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "input_proj.weight",
        "time_embed.freqs",
        "layer_embed.mlp.2.bias",
        "res_blocks.0.mlp.2.weight",
        "res_blocks.1.adaLN_modulation.1.weight",
        "final_layer.linear.weight",
      })
  void namesWeightsOfAnotherShapeOrMissing(String name) {
    try (Scope scope = Scope.open()) {
      rewrite((each, tensor) -> each.equals(name) ? Tensor.zeros(DType.FLOAT32, 3) : tensor);
    }
    refusal(weights(), this::load).contains(name).contains("[3]");
    try (Scope scope = Scope.open()) {
      rewrite((each, tensor) -> each.equals(name) ? Tensor.zeros(DType.FLOAT32, 1) : tensor, name);
    }
    refusal(weights(), this::load).contains(name);
  }

  // ---- for another model ----------------------------------------------------------------------

  @Test
  void refusesAFieldForAnotherModel() {
    try (FlowField field = FlowField.load(directory)) {
      Throwable thrown = catchThrowable(() -> field.checkFits(config(3), "flow.field: there"));

      assertThat(thrown)
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(
              "flow.field: there: this field is for a model with 2 layers and hidden size 16, but"
                  + " the model has 3 and 16")
          .hasMessageNotContaining("\n");
    }
  }

  // ---- untrained ------------------------------------------------------------------------------

  @Test
  void anUntrainedFieldsVelocityIsZeroEverywhere() {
    try (FlowField fresh = FlowField.create(MODEL, SETTINGS, 5);
        RandomSource random = new RandomSource(7);
        Scope scope = Scope.open()) {
      Tensor velocity =
          fresh
              .network()
              .velocity(Tensor.randn(random, 6, 16).times(9), Tensor.randn(random, 6, 16).times(9));

      assertThat(velocity.abs().max().item()).isZero();
    }
  }

  @Test
  void theSeedDeterminesTheField() {
    try (FlowField one = FlowField.create(MODEL, SETTINGS, 5);
        FlowField same = FlowField.create(MODEL, SETTINGS, 5);
        FlowField other = FlowField.create(MODEL, SETTINGS, 6);
        Scope scope = Scope.open()) {
      float[] weights = numbers(one.network().state(), "input_proj.weight");
      double bound = Math.sqrt(6.0 / 32);

      assertThat(numbers(same.network().state(), "input_proj.weight")).isEqualTo(weights);
      assertThat(numbers(other.network().state(), "input_proj.weight")).isNotEqualTo(weights);
      double largest = 0;
      for (float weight : weights) {
        largest = Math.max(largest, Math.abs(weight));
      }
      assertThat(largest).isBetween(0.9 * bound, bound); // Xavier's
    }
  }

  // ---- helpers --------------------------------------------------------------------------------

  private static float[] numbers(Map<String, Tensor> state, String name) {
    return Optional.ofNullable(state.get(name)).orElseThrow().toFloats();
  }

  private static float[] rounded(FlowField field, String name) {
    return Optional.ofNullable(field.network().state().get(name))
        .orElseThrow()
        .to(DType.BFLOAT16)
        .to(DType.FLOAT32)
        .toFloats();
  }

  private void load() {
    FlowField.load(directory).close();
  }

  private Path weights() {
    return directory.resolve(FlowField.WEIGHTS);
  }

  private Path config() {
    return directory.resolve("flow_config.json");
  }

  private void set(String key, int value) throws IOException {
    ObjectNode json = (ObjectNode) JsonMapper.shared().readTree(Files.readString(config()));
    json.put(key, value);
    Files.writeString(config(), json.toString());
  }

  private interface Change {
    Tensor of(String name, Tensor tensor);
  }

  /** Rewrites the weights file without some of the weights. */
  private void rewrite(Change change, String... without) {
    Map<String, Tensor> changed = new LinkedHashMap<>();
    try (Safetensors file = Safetensors.open(weights())) {
      for (String name : file.names()) {
        if (!Arrays.asList(without).contains(name)) {
          changed.put(name, change.of(name, file.tensor(name)).copy());
        }
      }
    }
    SafetensorsWriter.write(weights(), changed, Map.of());
  }

  private static AbstractStringAssert<?> refusal(Path file, ThrowingCallable action) {
    Throwable thrown = catchThrowable(action);
    assertThat(thrown).isInstanceOf(UserError.class);
    String message = String.valueOf(thrown.getMessage());
    assertThat(message).startsWith(file.toString()).doesNotContain("\n");
    return assertThat(message.substring(file.toString().length()));
  }
}

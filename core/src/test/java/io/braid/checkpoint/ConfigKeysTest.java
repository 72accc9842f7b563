package io.braid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.HeardNotices;
import io.braid.UserError;
import io.braid.model.ConfigKey;
import io.braid.model.Family;
import io.braid.model.InputTokens;
import io.braid.model.ModelConfig;
import io.braid.model.PackedAttention;
import io.braid.model.Transformer;
import io.braid.model.family.Families;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tests every key of the config with values of every kind (parity/config_keys.py). Braid either
 * computes what transformers computes or refuses. If transformers refuses the value of a key that
 * Braid does not use, Braid may compute the result without the key.
 */
class ConfigKeysTest {
  private static final Path GOLDEN = Path.of("src/test/resources/io/braid/checkpoint/config_keys");

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private Path directory;

  private final Map<ModelConfig, Optional<double[]>> computed = new HashMap<>();

  static List<String> families() {
    return Families.ALL.stream().map(Family::type).toList();
  }

  @ParameterizedTest
  @MethodSource("families")
  void everyKeyIsReadAsTransformersReadsIt(String family) throws IOException {
    JsonNode all =
        JsonMapper.shared().readTree(Files.readString(GOLDEN.resolve("config_keys.json")));
    JsonNode golden = all.get(family);
    long[] ids = all.get("ids").valueStream().mapToLong(JsonNode::asLong).toArray();
    Files.copy(GOLDEN.resolve(family + ".safetensors"), directory.resolve(ModelDirectory.WEIGHTS));
    List<String> wrong = new ArrayList<>();
    int same = 0;
    for (JsonNode each : golden.get("cases")) {
      ObjectNode config = ((ObjectNode) golden.get("config")).deepCopy();
      String key = each.get("key").asString();
      config.remove(key);
      if (each.has("value")) {
        config.set(key, each.get("value"));
      }
      Optional<double[]> found = logProbabilities(config, ids);
      boolean refused = each.path("found").asString("").equals("refused");
      JsonNode right = refused || !each.has("found") ? golden.get("logprobs") : each.get("found");
      boolean mayCompute = !refused || !isUsed(family, key);
      if (found.isPresent() && !(mayCompute && close(found.get(), right))) {
        wrong.add(each.toString());
      }
      same += found.isPresent() ? 1 : 0;
    }
    assertThat(wrong).isEmpty();
    assertThat(same).as("number of computed cases").isGreaterThan(golden.get("cases").size() / 5);
  }

  /**
   * Tells whether a key affects the computation; its value must be refused if transformers refuses
   * it.
   */
  private static boolean isUsed(String family, String key) {
    return ConfigKey.of(Families.ofType(family).orElseThrow(), key)
        .filter(k -> k.role() == ConfigKey.Role.USED)
        .isPresent();
  }

  /** Returns empty if the config is refused; each model configuration is computed once. */
  private Optional<double[]> logProbabilities(ObjectNode config, long[] ids) throws IOException {
    Files.writeString(directory.resolve(ModelDirectory.CONFIG), config.toString());
    try (HeardNotices silence = new HeardNotices()) {
      ModelDirectory opened = ModelDirectory.open(directory);
      opened.generation();
      ModelConfig shape = opened.config();
      if (ids.length > shape.maxPositions()) {
        return Optional.empty();
      }
      Optional<double[]> known = computed.get(shape);
      if (known == null) {
        known = compute(opened, ids);
        computed.put(shape, known);
      }
      return known;
    } catch (UserError e) {
      return Optional.empty();
    }
  }

  private static Optional<double[]> compute(ModelDirectory opened, long[] ids) {
    try (Transformer model = opened.load(Optional.of(DType.FLOAT32));
        Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Tensor hidden =
          model.hidden(
              InputTokens.text(Tensor.of(ids, ids.length)),
              new PackedAttention(new int[] {ids.length}),
              Transformer.LatentTap.NONE);
      float[] found =
          model
              .logits(hidden.narrow(0, 0, ids.length - 1L))
              .logSoftmax()
              .gather(1, Tensor.of(ids, ids.length).narrow(0, 1, ids.length - 1L).unsqueeze(1))
              .toFloats();
      double[] wide = new double[found.length];
      for (int t = 0; t < found.length; t++) {
        wide[t] = found[t];
      }
      return Optional.of(wide);
    } catch (UserError e) {
      return Optional.empty();
    }
  }

  private static boolean close(double[] found, JsonNode right) {
    for (int t = 0; t < found.length; t++) {
      if (!(Math.abs(found[t] - right.get(t).asDouble()) <= 1e-4)) {
        return false;
      }
    }
    return true;
  }
}

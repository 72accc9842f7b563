package io.braid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.HeardNotices;
import io.braid.SharedData;
import io.braid.model.InputTokens;
import io.braid.model.PackedAttention;
import io.braid.model.Transformer;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares the example models with transformers, if they are present next to the checkout. */
class PublicModelsTest {
  @ParameterizedTest
  @CsvSource({
    "base, ''",
    "llama3_without_original_positions, max_position_embeddings (64) is used instead",
    "names_without_model_prefix, ''",
    "rope_theta_beside_rope_parameters, ''",
    "stale_index_beside_model, not used",
    "tied_but_own_lm_head, loaded and saved as two tensors",
    "yarn_beside_rope_parameters, is ignored and 10000 is used"
  })
  void logProbabilitiesMatchTransformers(String name, String said) throws IOException {
    Path models =
        Objects.requireNonNull(SharedData.file(".").normalize().getParent()).resolve("cases");
    Path file = models.resolve("models_expected.json");
    org.junit.jupiter.api.Assumptions.assumeTrue(
        Files.exists(file),
        () -> file + " is missing; set BRAID_SHARED_DATA to the directory next to it");
    JsonNode expected = JsonMapper.shared().readTree(Files.readString(file));
    long[] ids = expected.get("ids").valueStream().mapToLong(JsonNode::asLong).toArray();
    try (HeardNotices heard = new HeardNotices();
        Transformer model =
            ModelDirectory.open(models.resolve("models").resolve(name)).load(Optional.empty());
        Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      List<String> lines = heard.lines();
      assertThat(lines).hasSize(said.isEmpty() ? 0 : 1);
      assertThat(lines).allMatch(line -> line.contains(said));

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
      JsonNode golden = expected.get("logprobs").get(name);
      for (int t = 0; t < found.length; t++) {
        assertThat((double) found[t])
            .isCloseTo(golden.get(t).asDouble(), org.assertj.core.data.Offset.offset(1e-4));
      }
    }
  }
}

package io.braid.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.HeardNotices;
import io.braid.UserError;
import io.braid.checkpoint.ModelDirectory;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.vision.PromptTokens;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Forty checkpoints with settings drawn at random (parity/random_models.py): the log-probabilities
 * are those of transformers, by libtorch's operators, by the fused layers and by decoding from the
 * cache, or the model is refused.
 */
class RandomModelsTest {
  private static final double CLOSE = 1e-4;
  private static final int COUNT = 40;
  private static final HeardNotices HEARD = new HeardNotices();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private static Path directory;

  @BeforeAll
  static void unpack() throws IOException {
    try (InputStream in =
            Objects.requireNonNull(
                RandomModelsTest.class.getResourceAsStream(
                    "/io/braid/checkpoint/random_models.zip"));
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = directory.resolve(entry.getName()).normalize();
        assertThat(file).startsWithRaw(directory);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.copy(zip, file);
      }
    }
  }

  /** What is said of so many odd models would fill the screen. */
  @AfterAll
  static void listenNoMore() {
    HEARD.close();
  }

  static List<String> models() throws IOException {
    try (Stream<Path> models = Files.list(directory)) {
      return models.map(model -> String.valueOf(model.getFileName())).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void logProbabilitiesMatchTransformers(String name) throws IOException {
    Path model = directory.resolve(name);
    JsonNode expected = expected(name);
    String drawn = expected.get("drawn").toString();
    if (expected.has("contradiction") || expected.has("refused")) {
      AbstractThrowableAssert<?, ?> refusal =
          assertThatThrownBy(() -> load(model).close()).as(drawn).isInstanceOf(UserError.class);
      expected.path("contradiction").forEach(key -> refusal.hasMessageContaining(key.asString()));
      return;
    }
    try (Transformer fused = load(model);
        Transformer plain = load(model)) {
      plain.computePlainly();
      assertThat(fused.config().maxPositions())
          .as(drawn)
          .isEqualTo(expected.get("context").asInt());
      for (int s = 0; s < expected.get("ids").size(); s++) {
        long[] ids = expected.get("ids").get(s).valueStream().mapToLong(JsonNode::asLong).toArray();
        double[] right =
            expected.get("logprobs").get(s).valueStream().mapToDouble(JsonNode::asDouble).toArray();
        close(drawn + " plain", atOnce(plain, ids), right);
        close(drawn + " fused", atOnce(fused, ids), right);
        close(drawn + " decoded", decoded(fused, ids), right);
        close(drawn + " decoded plainly", decoded(plain, ids), right);
      }
    }
  }

  /** A loader that refuses whatever is odd would pass the rest. */
  @Test
  void mostOfThemAreComputed() throws IOException {
    int computed = 0;
    assertThat(models()).hasSize(COUNT);
    for (String name : models()) {
      JsonNode expected = expected(name);
      computed += expected.has("logprobs") && !expected.has("contradiction") ? 1 : 0;
    }
    assertThat(computed).isGreaterThanOrEqualTo(COUNT / 2);
  }

  private static JsonNode expected(String name) throws IOException {
    return JsonMapper.shared()
        .readTree(Files.readString(directory.resolve(name).resolve("expected.json")));
  }

  @SuppressWarnings("MustBeClosedChecker")
  private static Transformer load(Path model) {
    return ModelDirectory.open(model).load(Optional.of(DType.FLOAT32));
  }

  private static float[] atOnce(Transformer model, long[] ids) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Tensor hidden =
          model.hidden(
              InputTokens.text(Tensor.of(ids, ids.length)),
              new PackedAttention(new int[] {ids.length}),
              Transformer.LatentTap.NONE);
      return chosen(model.logits(hidden.narrow(0, 0, ids.length - 1L)), ids, 1);
    }
  }

  /** A third at once into the cache, the rest token by token. */
  private static float[] decoded(Transformer model, long[] ids) {
    int first = Math.max(1, ids.length / 3);
    try (Scope scope = Scope.open();
        Gradients off = Gradients.inference();
        KvCache cache = model.cache(16)) {
      Decoder decoder = new Decoder(model);
      Decoder.Prefill prefill =
          decoder.prefill(PromptTokens.texts(List.of(java.util.Arrays.copyOf(ids, first))), cache);
      List<Tensor> scores = new ArrayList<>();
      scores.add(model.logits(prefill.lastHidden()).copy());
      for (int t = first; t < ids.length - 1; t++) {
        scores.add(decoder.decode(new long[] {ids[t]}, cache, prefill.sequences()).copy());
      }
      return chosen(Tensor.cat(scores, 0), ids, first);
    }
  }

  /** Log-probabilities of the tokens from a place on, from the scores of those before them. */
  private static float[] chosen(Tensor scores, long[] ids, int from) {
    Tensor next = Tensor.of(ids, ids.length).narrow(0, from, ids.length - (long) from);
    return scores.logSoftmax().gather(1, next.unsqueeze(1)).toFloats();
  }

  private static void close(String what, float[] found, double[] expected) {
    for (int t = 0; t < found.length; t++) {
      double right = expected[expected.length - found.length + t];
      assertThat((double) found[t])
          .as("%s, %d from the end", what, found.length - t)
          .isCloseTo(right, org.assertj.core.data.Offset.offset(CLOSE));
    }
  }
}

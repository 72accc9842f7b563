package io.braid.checkpoint;

import static io.braid.checkpoint.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.HeardNotices;
import io.braid.model.Transformer;
import io.braid.tensor.DType;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tests tensors with other names, duplicates, unused tensors, and tensors that contradict the
 * config.
 */
class WeightNamesTest {
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String HEAD = "lm_head.weight";

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private Path parent;

  @SuppressWarnings("NullAway.Init") // created before each test
  private Path directory;

  @SuppressWarnings("NullAway.Init") // created before each test
  private Path tied;

  @BeforeEach
  void copy() throws IOException {
    directory = GoldenModels.copy("qwen3", parent.resolve("model"));
    tied = GoldenModels.copy("qwen2", parent.resolve("tied"));
  }

  // ---- names ----------------------------------------------------------------------------------

  @Test
  void aModelSavedWithoutItsHeadAndPrefixLoads() {
    rewrite(tied, tensors -> rename(tensors, name -> name.substring("model.".length())));
    assertThat(load(tied)).isEmpty();
    same(tied, GoldenModels.path("qwen2"));
  }

  @ParameterizedTest
  @CsvSource({"model.model., model.", "model.lm_head., lm_head."})
  void anExtraPrefixIsRemoved(String stored, String published) {
    rewrite(
        directory,
        tensors ->
            rename(
                tensors,
                name ->
                    name.startsWith(published)
                        ? stored + name.substring(published.length())
                        : name));
    assertThat(load(directory)).isEmpty();
    same(directory, GoldenModels.path("qwen3"));
  }

  @Test
  void aTensorUnderTwoNamesIsRefused() {
    rewrite(directory, tensors -> tensors.put("norm.weight", copy(tensors, "model.norm.weight")));
    refusal(directory.resolve("model.safetensors"), () -> load(directory))
        .contains("model.norm.weight", "norm.weight", "are the same tensor of the model");
  }

  // ---- unused tensors -------------------------------------------------------------------------

  @Test
  void unusedTensorsAreReportedInOneLine() {
    rewrite(
        directory,
        tensors -> {
          Tensor other = copy(tensors, "model.norm.weight");
          tensors.put("model.layers.0.self_attn.q_proj.bias", other);
          tensors.put("model.layers.1.self_attn.q_proj.bias", other);
          tensors.put("model.layers.7.mlp.up_proj.weight", other);
          tensors.put("score.weight", other);
        });
    assertThat(load(directory))
        .singleElement()
        .asString()
        .isEqualTo(
            directory
                + ": 4 tensors are not part of the model that config.json describes and are not"
                + " used: model.layers.7.mlp.up_proj.weight, model.layers.*.self_attn.q_proj.bias"
                + " (2), score.weight");
  }

  @Test
  void integerWeightsAreRefused() {
    rewrite(
        directory,
        tensors ->
            tensors.computeIfPresent(
                "model.layers.0.mlp.up_proj.weight", (name, t) -> t.to(DType.INT8)));
    refusal(directory.resolve("model.safetensors"), () -> load(directory))
        .contains("up_proj.weight contains integers (I8)", "use the unquantized model");
  }

  // ---- embedding and head ---------------------------------------------------------------------

  @Test
  void aHeadThatDiffersFromTheEmbeddingIsLoadedAndSavedUntied() throws IOException {
    rewrite(tied, tensors -> tensors.put(HEAD, copy(tensors, EMBEDDING).times(2)));
    assertThat(load(tied))
        .singleElement()
        .asString()
        .contains("tie_word_embeddings is true", EMBEDDING, HEAD, "differ");

    Path saved = parent.resolve("saved");
    ModelDirectory origin = ModelDirectory.open(tied);
    try (Transformer model = origin.load(Optional.empty())) {
      assertThat(model.config().tiedEmbeddings()).isFalse();
      ModelWriter.save(saved, model, origin);
    }
    try (Safetensors before = Safetensors.open(tied.resolve("model.safetensors"));
        Safetensors after = Safetensors.open(saved.resolve("model.safetensors"));
        Scope scope = Scope.open()) {
      assertThat(after.tensor(HEAD).sameAs(before.tensor(HEAD))).isTrue();
      assertThat(after.tensor(EMBEDDING).sameAs(before.tensor(EMBEDDING))).isTrue();
    }
    assertThat(json(saved).path("tie_word_embeddings").asBoolean()).isFalse();
  }

  @Test
  void aHeadEqualToTheEmbeddingIsTied() {
    rewrite(tied, tensors -> tensors.put(HEAD, copy(tensors, EMBEDDING)));
    assertThat(load(tied)).isEmpty();
    try (Transformer model = ModelDirectory.open(tied).load(Optional.empty())) {
      assertThat(model.config().tiedEmbeddings()).isTrue();
    }
    same(tied, GoldenModels.path("qwen2"));
  }

  @Test
  void aHeadWithoutAnEmbeddingServesAsBoth() {
    rewrite(tied, tensors -> rename(tensors, name -> name.equals(EMBEDDING) ? HEAD : name));
    assertThat(load(tied)).isEmpty();
    same(tied, GoldenModels.path("qwen2"));
  }

  @Test
  void theErrorForAMissingHeadNamesTheKeyThatFixesIt() {
    rewrite(directory, tensors -> tensors.remove(HEAD));
    refusal(directory, () -> load(directory))
        .contains("no weights file contains the tensor lm_head.weight", "tie_word_embeddings");
  }

  // ---- files ----------------------------------------------------------------------------------

  @Test
  void anIndexIsIgnoredIfTheSingleFileExists() throws IOException {
    Files.writeString(
        directory.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"model.norm.weight\": \"gone.safetensors\"}}");
    assertThat(load(directory))
        .singleElement()
        .asString()
        .startsWith(directory.resolve("model.safetensors.index.json") + ": not used");
    same(directory, GoldenModels.path("qwen3"));
  }

  @Test
  void aTensorMissingFromTheIndexIsFound() throws IOException {
    Path sharded = GoldenModels.copy("llama3-rope", parent.resolve("sharded"));
    Path index = sharded.resolve("model.safetensors.index.json");
    ObjectNode json = (ObjectNode) JsonMapper.shared().readTree(Files.readString(index));
    ((ObjectNode) json.get("weight_map")).remove("model.norm.weight");
    Files.writeString(index, json.toString());

    assertThat(load(sharded)).isEmpty();
    same(sharded, GoldenModels.path("llama3-rope"));
  }

  // ---- types and the config -------------------------------------------------------------------

  @Test
  void typesThatDifferFromTheEmbeddingOrTheConfigAreReported() throws IOException {
    rewrite(
        directory,
        tensors ->
            tensors.computeIfPresent(EMBEDDING, (name, tensor) -> tensor.to(DType.BFLOAT16)));
    change(json -> json.put("dtype", "float16"));
    assertThat(load(directory))
        .containsExactly(
            directory
                + ": some tensors are stored as float32; all are converted to the embedding's"
                + " type, bfloat16",
            directory.resolve("config.json")
                + ": dtype is float16, but the weights are stored as bfloat16 and kept in that"
                + " type");
  }

  @Test
  void aSavedModelNamesTheArchitectureThatWasLoaded() throws IOException {
    change(json -> json.putArray("architectures").add("Qwen3Model"));
    Path saved = parent.resolve("saved");
    ModelDirectory origin = ModelDirectory.open(directory);
    try (Transformer model = origin.load(Optional.empty())) {
      ModelWriter.save(saved, model, origin);
    }
    assertThat(json(saved).path("architectures").get(0).asString()).isEqualTo("Qwen3ForCausalLM");
  }

  // ---- helpers --------------------------------------------------------------------------------

  /** Loads a model and returns its notices. */
  private static List<String> load(Path directory) {
    try (HeardNotices heard = new HeardNotices()) {
      ModelDirectory.open(directory).load(Optional.empty()).close();
      return heard.lines();
    }
  }

  private static Tensor copy(Map<String, Tensor> tensors, String name) {
    return Optional.ofNullable(tensors.get(name)).orElseThrow().copy();
  }

  private static void rename(
      Map<String, Tensor> tensors, java.util.function.UnaryOperator<String> naming) {
    Set<String> names = new TreeSet<>(tensors.keySet());
    for (String name : names) {
      Tensor tensor = Optional.ofNullable(tensors.remove(name)).orElseThrow();
      tensors.put(naming.apply(name), tensor);
    }
  }

  private static void rewrite(Path directory, Consumer<Map<String, Tensor>> change) {
    Path weights = directory.resolve("model.safetensors");
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      try (Safetensors file = Safetensors.open(weights)) {
        file.names().forEach(name -> tensors.put(name, file.tensor(name).copy()));
      }
      change.accept(tensors);
      SafetensorsWriter.write(weights, tensors, Map.of("format", "pt"));
    }
  }

  private void change(Consumer<ObjectNode> change) throws IOException {
    ObjectNode json = json(directory);
    change.accept(json);
    Files.writeString(directory.resolve("config.json"), json.toString());
  }

  private static ObjectNode json(Path directory) throws IOException {
    return (ObjectNode)
        JsonMapper.shared().readTree(Files.readString(directory.resolve("config.json")));
  }

  private static void same(Path one, Path other) {
    try (Transformer a = ModelDirectory.open(one).load(Optional.empty());
        Transformer b = ModelDirectory.open(other).load(Optional.empty())) {
      assertThat(a.parameters()).hasSameSizeAs(b.parameters());
      for (int i = 0; i < a.parameters().size(); i++) {
        assertThat(a.parameters().get(i).tensor().sameAs(b.parameters().get(i).tensor()))
            .as(a.parameters().get(i).name())
            .isTrue();
      }
    }
  }
}

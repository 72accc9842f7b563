package io.braid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.model.Family;
import io.braid.model.ModelConfig;
import io.braid.model.ModelConfig.LayerAttention;
import io.braid.model.ModelConfig.Rope;
import io.braid.model.RopeScaling;
import io.braid.model.Transformer;
import io.braid.model.family.Gemma3;
import io.braid.model.family.Llama;
import io.braid.model.family.Mistral;
import io.braid.model.family.Qwen2;
import io.braid.model.family.Qwen3;
import io.braid.model.family.SmolLm3;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Checks that loading and saving a model changes nothing. */
class ModelDirectoryRoundTripTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private Path parent;

  static List<String> names() {
    return GoldenModels.NAMES;
  }

  @ParameterizedTest
  @MethodSource("names")
  void aSavedModelHasTheSameBytesAsTheLoadedOne(String name) {
    Path saved = saved(GoldenModels.path(name), parent.resolve("saved"));

    try (Scope scope = Scope.open()) {
      Map<String, Tensor> before = tensors(GoldenModels.path(name));
      Map<String, Tensor> after = tensors(saved);
      assertThat(after.keySet()).isEqualTo(before.keySet());
      before.forEach((tensor, values) ->
          assertThat(after.get(tensor)).as(tensor).matches(values::sameAs, "the same bytes"));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void savingAgainWritesIdenticalFiles(String name) throws IOException {
    Path once = saved(GoldenModels.path(name), parent.resolve("once"));
    Path twice = saved(once, parent.resolve("twice"));

    assertThat(contents(twice)).isEqualTo(contents(once));
    assertThat(contents(once).keySet())
        .containsExactlyInAnyOrder(
            "checksums.json", "config.json", "generation_config.json", "model.safetensors");
  }

  @ParameterizedTest
  @MethodSource("names")
  void unknownConfigKeysAreKept(String name) throws IOException {
    Path source = GoldenModels.copy(name, parent.resolve("source"));
    ObjectNode before = json(source.resolve("config.json"));
    before.putObject("surprise").putArray("nested").add(1).add("two").addNull();
    Files.writeString(source.resolve("config.json"), before.toString());

    ObjectNode after = json(saved(source, parent.resolve("saved")).resolve("config.json"));

    String type =
        ModelDirectory.open(source)
            .load(Optional.empty())
            .dtype()
            .name()
            .toLowerCase(java.util.Locale.ROOT);
    assertThat(after.path("dtype").asString()).isEqualTo(type);
    assertThat(after.path("torch_dtype").asString()).isEqualTo(type);
    for (ObjectNode config : List.of(before, after)) {
      config.remove(List.of("dtype", "torch_dtype"));
    }
    assertThat((Object) after).isEqualTo(before);
  }

  @Test
  void theNewerFormOfTheRopeSettingsEqualsTheOlder() throws IOException {
    Path newer = GoldenModels.copy("llama3-rope", parent.resolve("newer"));
    Files.copy(
        newer.resolve("config.newer-form.json"),
        newer.resolve("config.json"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    assertThat(ModelDirectory.open(newer).config())
        .isEqualTo(ModelDirectory.open(GoldenModels.path("llama3-rope")).config());
  }

  @Test
  void onlyCompanionFilesAreCopiedAndTheyAreUnchanged() throws IOException {
    Path source = GoldenModels.copy("qwen2", parent.resolve("source"));
    for (String companion :
        List.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "vocab.json",
            "merges.txt",
            "special_tokens_map.json",
            "added_tokens.json",
            "chat_template.jinja",
            "tokenizer.model")) {
      Files.writeString(source.resolve(companion), "\r\n odd bytes of " + companion + " \u00e9");
    }
    Files.writeString(source.resolve("pytorch_model.bin"), "not ours");

    Map<String, String> before = contents(source);
    Map<String, String> after = contents(saved(source, parent.resolve("saved")));

    before.keySet().removeAll(Set.of("pytorch_model.bin", "golden.safetensors"));
    assertThat(after.remove("checksums.json")).contains("merges.txt");
    assertThat(after.keySet()).isEqualTo(before.keySet());
    after.keySet().removeAll(Set.of("config.json", "model.safetensors"));
    assertThat(before).containsAllEntriesOf(after);
  }

  @Test
  void aModelCanBeSavedOverItsOrigin() throws IOException {
    Path target = GoldenModels.copy("qwen2", parent.resolve("model"));
    Files.writeString(target.resolve("tokenizer.json"), "{}");
    ModelDirectory origin = ModelDirectory.open(target);
    try (Transformer model = origin.load(Optional.empty())) {
      fill(model, 0.25);
      ModelWriter.save(target, model, origin);
    }

    assertThat(contents(target)).containsKeys("tokenizer.json", "generation_config.json");
    try (Scope scope = Scope.open()) {
      tensors(target).values().forEach(t -> assertThat(t.max().item()).isEqualTo(0.25));
    }
    assertThat(parent).isDirectoryNotContaining("glob:**unfinished*");
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16", "FLOAT16"})
  void aModelIsLoadedAndSavedInTheRequestedType(DType dtype) {
    Path saved = parent.resolve("saved");
    ModelDirectory origin = ModelDirectory.open(GoldenModels.path("qwen2-bf16"));
    try (Transformer model = origin.load(Optional.of(dtype))) {
      assertThat(model.dtype()).isEqualTo(dtype);
      ModelWriter.save(saved, model, origin);
    }

    try (Transformer again = ModelDirectory.open(saved).load(Optional.empty())) {
      assertThat(again.dtype()).isEqualTo(dtype);
    }
  }

  @Test
  void aShardedModelEqualsTheSingleFile() throws IOException {
    Path whole = GoldenModels.path("qwen3");
    Path sharded = Files.createDirectory(parent.resolve("sharded"));
    try (Transformer model = ModelDirectory.open(whole).load(Optional.empty())) {
      ModelWriter.writeModel(sharded, model, json(whole.resolve("config.json")), 20_000);
    }

    JsonNode index = json(sharded.resolve("model.safetensors.index.json"));
    Set<String> files =
        index.path("weight_map").properties().stream()
            .map(entry -> entry.getValue().asString())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(files.size()).isBetween(5, 9);
    for (String file : files) {
      assertThat(file).matches("model-0000\\d-of-0000" + files.size() + ".safetensors");
      try (Safetensors shard = Safetensors.open(sharded.resolve(file))) {
        assertThat(shard.bytes()).isLessThanOrEqualTo(20_000);
      }
    }
    assertThat(sharded.resolve("model.safetensors")).doesNotExist();
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> before = tensors(whole);
      assertThat(index.path("metadata").path("total_size").asLong())
          .isEqualTo(before.values().stream().mapToLong(t -> 4 * t.numel()).sum());
      tensors(sharded).forEach((name, t) -> assertThat(before.get(name)).matches(t::sameAs, name));
    }
    same(sharded, whole);
  }

  // ---- created models -------------------------------------------------------------------------

  static Stream<Arguments> configs() {
    Rope plain = new Rope(10_000, Optional.empty());
    Rope stretched = new Rope(500_000, Optional.of(new RopeScaling.Llama3(8, 1, 4, 64)));
    return Stream.of(
        Arguments.of(config(new Llama(), 8, plain, true, false, false, false)),
        Arguments.of(config(new Llama(), 8, stretched, false, true, true, true)),
        Arguments.of(config(new Qwen2(), 8, plain, true, true, false, false)),
        Arguments.of(config(new Qwen3(), 16, plain, false, false, false, false)),
        Arguments.of(windowed(new Mistral(), plain, Optional.of(plain))),
        Arguments.of(windowed(new SmolLm3(), plain, Optional.empty())),
        Arguments.of(
            windowed(new Gemma3(), plain, Optional.of(new Rope(2_000, Optional.empty())))));
  }

  /** The second layer has a window, in Mistral both. */
  private static ModelConfig windowed(Family family, Rope rope, Optional<Rope> second) {
    OptionalInt window = OptionalInt.of(5);
    ModelConfig config = config(family, 8, rope, false, false, false, false);
    return config.withAttention(
        List.of(
            new LayerAttention(
                Optional.of(rope), family instanceof Mistral ? window : OptionalInt.empty()),
            new LayerAttention(second, window)),
        family instanceof Gemma3 ? 1 / Math.sqrt(24) : config.attentionScale());
  }

  @ParameterizedTest
  @MethodSource("configs")
  void aModelCreatedFromAConfigAndASeedLoadsAsSaved(ModelConfig config) throws IOException {
    Path target = parent.resolve("made");
    try (Transformer model = Transformer.create(config, DType.FLOAT32, 5)) {
      ModelWriter.save(target, model, List.of(2L, 7L), Map.of("tokenizer.json", "{}\n"));

      ModelDirectory saved = ModelDirectory.open(target);
      assertThat(saved.config()).isEqualTo(config);
      assertThat(saved.generation())
          .isEqualTo(
              new GenerationConfig(
                  List.of(2L, 7L),
                  OptionalDouble.empty(),
                  OptionalDouble.empty(),
                  OptionalInt.empty()));
      assertThat(json(target.resolve("config.json")).path("eos_token_id").asLong()).isEqualTo(2);
      assertThat(target.resolve("tokenizer.json")).hasContent("{}\n");
      try (Transformer loaded = saved.load(Optional.empty())) {
        same(loaded, model);
      }
    }
  }

  @Test
  void theSeedDeterminesTheBytes() throws IOException {
    ModelConfig config =
        config(new Qwen3(), 16, new Rope(10_000, Optional.empty()), true, false, false, false);
    for (long seed : new long[] {5, 6}) {
      for (String copy : List.of("a", "b")) {
        try (Transformer model = Transformer.create(config, DType.BFLOAT16, seed)) {
          ModelWriter.save(parent.resolve(copy + seed), model, List.of(2L), Map.of());
        }
      }
    }

    assertThat(contents(parent.resolve("a5"))).isEqualTo(contents(parent.resolve("b5")));
    assertThat(contents(parent.resolve("a6"))).isEqualTo(contents(parent.resolve("b6")));
    assertThat(contents(parent.resolve("a5")).get("model.safetensors"))
        .isNotEqualTo(contents(parent.resolve("a6")).get("model.safetensors"));
  }

  // ---- sampling settings ----------------------------------------------------------------------

  @Test
  void generationSettingsAreReadAndDefaultToTheConfig() throws IOException {
    Path target = GoldenModels.copy("qwen2", parent.resolve("model"));
    Path generation = target.resolve("generation_config.json");
    Files.writeString(
        generation, "{\"eos_token_id\":[3,5],\"temperature\":0.6,\"top_p\":0.95,\"top_k\":20}");
    assertThat(ModelDirectory.open(target).generation())
        .isEqualTo(
            new GenerationConfig(
                List.of(3L, 5L),
                OptionalDouble.of(0.6),
                OptionalDouble.of(0.95),
                OptionalInt.of(20)));

    Files.delete(generation);
    assertThat(ModelDirectory.open(target).generation().endIds()).containsExactly(63L);
  }

  // ---- helpers --------------------------------------------------------------------------------

  private static ModelConfig config(
      Family family,
      int headDim,
      Rope rope,
      boolean tied,
      boolean attentionBias,
      boolean outputBias,
      boolean mlpBias) {
    return new ModelConfig(
        family,
        40,
        32,
        48,
        2,
        4,
        2,
        headDim,
        1e-5,
        rope,
        tied,
        attentionBias,
        outputBias,
        mlpBias,
        128,
        0.03);
  }

  private static Path saved(Path source, Path target) {
    ModelDirectory origin = ModelDirectory.open(source);
    try (Transformer model = origin.load(Optional.empty())) {
      ModelWriter.save(target, model, origin);
    }
    return target;
  }

  private static void fill(Transformer model, double number) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      model.parameters().forEach(parameter -> parameter.tensor().fillInPlace(number));
    }
  }

  private static void same(Path one, Path other) {
    try (Transformer a = ModelDirectory.open(one).load(Optional.empty());
        Transformer b = ModelDirectory.open(other).load(Optional.empty())) {
      same(a, b);
    }
  }

  private static void same(Transformer one, Transformer other) {
    assertThat(one.parameters()).hasSameSizeAs(other.parameters());
    for (int i = 0; i < one.parameters().size(); i++) {
      assertThat(one.parameters().get(i).tensor().sameAs(other.parameters().get(i).tensor()))
          .as(one.parameters().get(i).name())
          .isTrue();
    }
  }

  /** Reads the published tensors of all weights files, copied into the open scope. */
  private static Map<String, Tensor> tensors(Path directory) {
    Map<String, Tensor> tensors = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path path :
          files.filter(f -> f.toString().matches(".*/model[^/]*safetensors")).toList()) {
        try (Safetensors file = Safetensors.open(path)) {
          file.names().forEach(name -> tensors.put(name, file.tensor(name).copy()));
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return tensors;
  }

  private static ObjectNode json(Path file) throws IOException {
    return (ObjectNode) JsonMapper.shared().readTree(Files.readString(file));
  }

  /** Reads every file's bytes as characters of ISO 8859-1. */
  private static Map<String, String> contents(Path directory) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        contents.put(
            String.valueOf(file.getFileName()),
            Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1));
      }
    }
    return contents;
  }
}

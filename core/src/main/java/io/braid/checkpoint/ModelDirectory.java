package io.braid.checkpoint;

import io.braid.UserError;
import io.braid.model.ModelConfig;
import io.braid.model.NamedView;
import io.braid.model.Transformer;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Hugging Face model directory to read: {@code config.json}, {@code generation_config.json}, one
 * or many {@code *.safetensors}, and the files beside them, which go along untouched.
 */
public final class ModelDirectory {
  static final String CONFIG = "config.json";
  static final String GENERATION = "generation_config.json";
  static final String WEIGHTS = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";
  private final Path directory;
  private final JsonNode json;
  private final ModelConfig config;
  private final Map<String, byte[]> companions;

  private ModelDirectory(
      Path directory, JsonNode json, ModelConfig config, Map<String, byte[]> companions) {
    this.directory = directory;
    this.json = json;
    this.config = config;
    this.companions = companions;
  }

  /**
   * Reads a directory's config; the weights are read by {@link #load}.
   *
   * @throws UserError when there is no such directory, or its config is broken or of an unknown
   *     architecture
   */
  public static ModelDirectory open(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new UserError(
          directory + ": no such model directory; give a directory that holds a config.json");
    }
    Path file = directory.resolve(CONFIG);
    if (!JsonFile.isThere(file)) {
      throw new UserError(
          directory + ": holds no config.json, so it is no Hugging Face model directory");
    }
    JsonNode json = JsonFile.read(file);
    return new ModelDirectory(
        directory, json, ConfigJson.read(file, json), Companions.read(directory));
  }

  /** The directory. */
  public Path path() {
    return directory;
  }

  /**
   * The files that go along, by name. They are held from the beginning, because a run that goes on
   * from a checkpoint outlives it: it is deleted when newer ones are there, and they need its
   * files.
   */
  Map<String, byte[]> companions() {
    return companions;
  }

  /** The config as it was read, with what Braid does not know. */
  ObjectNode json() {
    return ((ObjectNode) json).deepCopy();
  }

  /** The model's shape. */
  public ModelConfig config() {
    return config;
  }

  /** How it wants to be sampled; what is missing there is taken from the config. */
  public GenerationConfig generation() {
    Path file = directory.resolve(GENERATION);
    JsonNode node = JsonFile.readIfThere(file);
    List<Long> ends = ids(node.path("eos_token_id"));
    return new GenerationConfig(
        ends.isEmpty() ? ids(json.path("eos_token_id")) : ends,
        node.path("temperature").isNumber()
            ? OptionalDouble.of(node.path("temperature").asDouble())
            : OptionalDouble.empty(),
        node.path("top_p").isNumber()
            ? OptionalDouble.of(node.path("top_p").asDouble())
            : OptionalDouble.empty(),
        node.path("top_k").canConvertToInt()
            ? OptionalInt.of(node.path("top_k").asInt())
            : OptionalInt.empty());
  }

  private static List<Long> ids(JsonNode node) {
    List<Long> ids = new ArrayList<>();
    if (node.isIntegralNumber()) {
      ids.add(node.asLong());
    } else if (node.isArray()) {
      node.forEach(element -> {
        if (element.isIntegralNumber()) {
          ids.add(element.asLong());
        }
      });
    }
    return ids;
  }

  /**
   * Reads the weights.
   *
   * @param dtype what to hold them as; as stored when empty
   * @throws UserError when a file is damaged, a tensor is missing or has another shape
   */
  public Transformer load(Optional<DType> dtype) {
    Map<String, Safetensors> files = new LinkedHashMap<>();
    try {
      Map<String, Safetensors> places = openWeights(files);
      refuseMoreThan(files.values().stream().mapToLong(Safetensors::bytes).sum());
      Transformer model = new Transformer(config, dtype.orElseGet(() -> storedType(places)));
      try {
        fill(model, places);
        return model;
      } catch (RuntimeException e) {
        model.close();
        throw e;
      }
    } finally {
      files.values().forEach(Safetensors::close);
    }
  }

  /**
   * Before memory is asked for by the config's numbers: its matrices cannot have more elements than
   * the files have bytes.
   */
  private void refuseMoreThan(long bytes) {
    double hidden = config.hiddenSize();
    double heads = (2.0 * config.heads() + 2.0 * config.kvHeads()) * config.headDim();
    double layer = hidden * (heads + 3.0 * config.intermediateSize());
    double outside = hidden * config.vocabSize() * (config.tiedEmbeddings() ? 1 : 2);
    double asked = outside + config.layers() * layer;
    if (asked > bytes) {
      throw new UserError(
          "%s: asks for %.0f numbers or more, the weights files hold %d bytes; the config does not belong to these weights"
              .formatted(directory.resolve(CONFIG), asked, bytes));
    }
  }

  private void fill(Transformer model, Map<String, Safetensors> places) {
    for (NamedView view : model.views()) {
      try (Scope scope = Scope.open();
          Gradients off = Gradients.off()) {
        Safetensors file = places.get(view.name());
        if (file == null) {
          throw new UserError(
              "%s: no weights file holds the tensor %s that config.json asks for; copy or download the model again"
                  .formatted(directory, view.name()));
        }
        Tensor stored = file.tensor(view.name());
        if (!Arrays.equals(stored.shape(), view.shape())) {
          throw new UserError(
              "%s: tensor %s has shape %s, config.json asks for %s"
                  .formatted(
                      file.file(),
                      view.name(),
                      Arrays.toString(stored.shape()),
                      Arrays.toString(view.shape())));
        }
        view.of(view.parameter()).copyInPlace(stored);
      }
    }
    SilentBias.check(config, places);
  }

  private static DType storedType(Map<String, Safetensors> places) {
    return places.entrySet().stream()
        .filter(place -> place.getKey().endsWith("embed_tokens.weight"))
        .map(place -> {
          try (Scope scope = Scope.open()) {
            return place.getValue().tensor(place.getKey()).dtype();
          }
        })
        .findFirst()
        .orElse(DType.FLOAT32);
  }

  /** Opens all weight files and says which holds which tensor. */
  private Map<String, Safetensors> openWeights(Map<String, Safetensors> files) {
    Path index = directory.resolve(INDEX);
    Map<String, Safetensors> places = new HashMap<>();
    if (JsonFile.isThere(index)) {
      JsonNode map = JsonFile.read(index).path("weight_map");
      if (!map.isObject()) {
        throw new UserError(index + ": has no weight_map; download the file again");
      }
      for (Map.Entry<String, JsonNode> entry : map.properties()) {
        String name = entry.getValue().asString("");
        if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.startsWith(".")) {
          throw new UserError(
              "%s: weight_map names \"%s\" for %s; a plain file name belongs there"
                  .formatted(index, name, entry.getKey()));
        }
        if (!files.containsKey(name)) {
          files.put(name, Safetensors.open(directory.resolve(name)));
        }
        Safetensors file = Objects.requireNonNull(files.get(name));
        if (file.names().contains(entry.getKey())) {
          places.put(entry.getKey(), file);
        }
      }
      return places;
    }
    Path single = directory.resolve(WEIGHTS);
    if (!Files.isRegularFile(single)) {
      throw new UserError(
          "%s: holds neither %s nor %s; convert the weights to safetensors"
              .formatted(directory, WEIGHTS, INDEX));
    }
    Safetensors file = Safetensors.open(single);
    files.put(WEIGHTS, file);
    file.names().forEach(name -> places.put(name, file));
    return places;
  }
}

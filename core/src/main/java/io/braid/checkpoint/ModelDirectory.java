package io.braid.checkpoint;

import io.braid.Notices;
import io.braid.UserError;
import io.braid.image.ImageProcessor;
import io.braid.model.ModelConfig;
import io.braid.model.NamedView;
import io.braid.model.Transformer;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a Hugging Face model directory: {@code config.json}, {@code generation_config.json}, one or
 * more {@code *.safetensors} files, and the companion files, which are copied unchanged when the
 * model is saved.
 */
public final class ModelDirectory {
  static final String CONFIG = "config.json";
  static final String GENERATION = "generation_config.json";
  static final String WEIGHTS = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";
  private final Path directory;
  private final JsonNode json;
  private final JsonNode flat; // the language model's keys at the top level
  private final ModelConfig config;
  private final Map<String, byte[]> companions;
  private final List<Path> edited; // text files changed since Braid saved them

  private ModelDirectory(
      Path directory,
      JsonNode json,
      JsonNode flat,
      ModelConfig config,
      Map<String, byte[]> companions,
      List<Path> edited) {
    this.edited = edited;
    this.directory = directory;
    this.json = json;
    this.flat = flat;
    this.config = config;
    this.companions = companions;
  }

  /**
   * Reads a directory's config and reports its notices; {@link #load} reads the weights.
   *
   * @throws UserError if there is no such directory, or its config is invalid or of an unknown
   *     architecture
   */
  public static ModelDirectory open(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw NoModel.notADirectory(directory);
    }
    Path file = directory.resolve(CONFIG);
    if (!JsonFile.isThere(file)) {
      throw NoModel.withoutConfig(directory);
    }
    NoModel.refuseAdapterBeside(directory);
    List<Path> edited = SavedFiles.check(directory);
    JsonNode json = JsonFile.read(file);
    ConfigJson.Read read = ConfigJson.read(file, json);
    read.notes().forEach(Notices::say);
    return new ModelDirectory(
        directory, json, read.json(), read.config(), Companions.read(directory), edited);
  }

  /** Returns the directory. */
  public Path path() {
    return directory;
  }

  /**
   * Returns the companion files, by name. They are read at once because a resumed run deletes the
   * checkpoint it started from when newer ones exist, and the newer ones need these files.
   */
  Map<String, byte[]> companions() {
    return companions;
  }

  /** Returns a copy of the config as it was read, including unknown keys. */
  ObjectNode json() {
    return ((ObjectNode) json).deepCopy();
  }

  /** Returns the model's configuration. */
  public ModelConfig config() {
    return config;
  }

  /**
   * Reads how the model's images are processed; empty if it reads no images.
   *
   * @throws UserError if {@code preprocessor_config.json} is missing or does not fit the model
   */
  public Optional<ImageProcessor> imageProcessor() {
    return config.vision().map(vision -> ProcessorJson.read(directory, vision));
  }

  /**
   * Reads the sampling settings from {@code generation_config.json}. If it names no end token,
   * {@code config.json} supplies it.
   */
  public GenerationConfig generation() {
    Path file = directory.resolve(GENERATION);
    JsonNode node = JsonFile.readIfThere(file);
    List<Long> ends = endIds(file, node);
    return new GenerationConfig(
        ends.isEmpty() ? endIds(directory.resolve(CONFIG), flat) : ends,
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

  private List<Long> endIds(Path file, JsonNode node) {
    String key = "eos_token_id";
    List<Long> ids;
    try {
      ids = TokenIds.read(key, node.path(key));
    } catch (UserError e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
    for (long id : ids) {
      if (id < 0 || id >= config.vocabSize()) {
        Notices.say(
            "%s: %s %s is not in the vocabulary of %s, so it is never generated"
                .formatted(file, key, id, config.vocabSize()));
      }
    }
    return ids;
  }

  /**
   * Reads the weights and reports any notices about them.
   *
   * @param dtype element type of the loaded weights; the stored type if empty
   * @throws UserError if a file is damaged, or a tensor is missing or has the wrong shape
   */
  public Transformer load(Optional<DType> dtype) {
    return load(dtype, model -> {});
  }

  /**
   * Reads the weights as {@link #load(Optional)} does, into a model that is prepared first: if it
   * is adapted, its weights are then stored in the adapters' format as they are read, and are never
   * all in memory in another.
   *
   * @param prepare changes the model before its weights are read
   */
  public Transformer load(Optional<DType> dtype, Consumer<Transformer> prepare) {
    SavedFiles.checkWeights(directory);
    try (WeightFiles files = WeightFiles.open(directory)) {
      refuseMoreElementsThan(files.bytes());
      Head head = Head.of(directory, config, files);
      DType held = dtype.orElseGet(() -> storedType(files));
      Transformer model = new Transformer(head.tied() ? config : config.untied(), held);
      try {
        prepare.accept(model);
        Set<String> used = new HashSet<>(head.alsoRead());
        Set<DType> stored = fill(model, head, files, used);
        model.merge();
        files.notes(used).forEach(Notices::say);
        if (dtype.isEmpty()) {
          noticeTypes(held, stored);
        }
        SavedFiles.warn(edited);
        return model;
      } catch (RuntimeException e) {
        model.close();
        throw e;
      }
    }
  }

  /**
   * Rejects a config whose matrices have more elements than the files have bytes, before memory is
   * allocated for the matrices.
   */
  private void refuseMoreElementsThan(long bytes) {
    double hidden = config.hiddenSize();
    double outside = hidden * config.vocabSize() * (config.tiedEmbeddings() ? 1 : 2);
    double asked = outside + config.architecture().matrixNumbers();
    if (asked > bytes) {
      throw new UserError(
          "%s: describes at least %s parameters, but the weights files have only %s bytes; the config does not belong to these weights"
              .formatted(directory.resolve(CONFIG), Math.round(asked), bytes));
    }
  }

  /** Reads every tensor into the model and returns the set of stored types. */
  private Set<DType> fill(Transformer model, Head head, WeightFiles files, Set<String> used) {
    Set<DType> types = EnumSet.noneOf(DType.class);
    for (NamedView view : model.views()) {
      try (Scope scope = Scope.open();
          Gradients off = Gradients.off()) {
        WeightFiles.Stored found = head.stored(view.name(), files);
        used.add(view.name());
        Tensor stored = found.tensor();
        if (!Arrays.stream(stored.shape()).boxed().toList().equals(view.shape())) {
          throw new UserError(
              "%s has shape %s, but config.json requires %s"
                  .formatted(found, Arrays.toString(stored.shape()), view.shape()));
        }
        if (!stored.dtype().isFloatingPoint()) {
          throw new UserError(
              "%s contains integers (%s), so the weights are quantized; use the unquantized model"
                  .formatted(found, Safetensors.code(stored.dtype())));
        }
        types.add(stored.dtype());
        view.set(stored);
        found.unload();
      }
    }
    ZeroBias.check(config, files);
    used.addAll(ZeroBias.names(config));
    return types;
  }

  /**
   * Returns the type in which the weights are stored.
   *
   * @throws UserError if there are none, or a file is damaged
   */
  public DType storedType() {
    try (WeightFiles files = WeightFiles.open(directory)) {
      return storedType(files);
    }
  }

  /** Returns the embedding's type, or the head's if there is no embedding. */
  private static DType storedType(WeightFiles files) {
    return Stream.of(Head.EMBEDDING, Head.OUTPUT)
        .flatMap(name -> files.find(name).stream())
        .map(found -> {
          try (Scope scope = Scope.open()) {
            return found.tensor().dtype();
          }
        })
        .filter(DType::isFloatingPoint)
        .findFirst()
        .orElse(DType.FLOAT32);
  }

  private void noticeTypes(DType held, Set<DType> stored) {
    if (stored.stream().anyMatch(each -> each.bytes() > held.bytes())) {
      Notices.say(
          "%s: some tensors are stored as %s; all are converted to the embedding's type, %s"
              .formatted(
                  directory,
                  stored.stream()
                      .filter(each -> each.bytes() > held.bytes())
                      .map(ConfigJson::name)
                      .collect(Collectors.joining(", ")),
                  ConfigJson.name(held)));
    }
    for (String key : List.of("dtype", "torch_dtype")) {
      String said = flat.path(key).asString("");
      if (!said.isEmpty() && !said.equals("auto") && !said.equals(ConfigJson.name(held))) {
        Notices.say(
            "%s: %s is %s, but the weights are stored as %s and kept in that type"
                .formatted(directory.resolve(CONFIG), key, said, ConfigJson.name(held)));
        return;
      }
      if (!said.isEmpty()) {
        return; // dtype wins
      }
    }
  }
}

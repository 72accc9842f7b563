package io.braid.app.commands;

import io.braid.UserError;
import io.braid.checkpoint.ModelDirectory;
import io.braid.gguf.GgufFile;
import io.braid.gguf.GgufImport;
import io.braid.model.LoraSettings;
import io.braid.model.ModelConfig;
import io.braid.model.RopeScaling;
import io.braid.nn.FrozenMatrix;
import io.braid.tensor.DType;
import io.braid.text.Tokenizer;
import io.braid.train.TrainingMemory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid model info}. */
@Command(
    name = "info",
    description =
        "Shows what a model directory or a GGUF file contains, whether Braid can train it, and an"
            + " estimate of the memory for training.")
final class ModelInfoCommand extends BraidCommand {
  private static final int RANK = 16;

  @Parameters(paramLabel = "DIR|FILE", description = "A model directory or a .gguf file.")
  private Path path = Path.of("");

  private final ObjectNode object = JsonMapper.shared().createObjectNode();
  private final Map<String, String> rows = new LinkedHashMap<>();

  @Override
  public Integer call() {
    if (!Files.exists(path)) {
      throw new UserError(path + ": does not exist; give a model directory or a .gguf file");
    }
    boolean file = Files.isRegularFile(path) && path.toString().endsWith(".gguf");
    Optional<UserError> refusal = Optional.empty();
    try {
      if (file) {
        describeFile();
      } else {
        describeDirectory();
      }
    } catch (UserError e) {
      refusal = Optional.of(e);
    }
    rows.put("supported", refusal.isEmpty() ? "yes" : "no");
    rows.forEach((name, text) -> say("%-12s %s".formatted(name, text)));
    object.put("supported", refusal.isEmpty());
    refusal.ifPresent(e -> {
      say("%-12s %s".formatted("because", e.getMessage()));
      object.put("because", e.getMessage());
    });
    answer(object);
    return 0;
  }

  private void row(String name, String key, String text) {
    rows.put(name, text);
    object.put(key, text);
  }

  private void describeFile() {
    try (GgufFile opened = GgufFile.open(path)) {
      row("format", "format", "GGUF");
      opened.architecture().ifPresent(word -> row("architecture", "architecture", word));
      row("weights", "weights", "%s in the file".formatted(size(opened.bytes())));
      row("tokenizer", "tokenizer", GgufImport.tokenizerOf(opened));
      row("template", "template", GgufImport.hasTemplate(opened) ? "yes" : "none");
      describe(GgufImport.configOf(opened));
      GgufImport model = GgufImport.of(opened, Optional.empty());
      row("stored as", "stored_as", ModelImportCommand.types(model.types()));
      row("to use it", "use", "./braid model import %s --out DIR".formatted(path));
      memory(model.config());
    }
  }

  private void describeDirectory() {
    ModelDirectory directory = ModelDirectory.open(path);
    row("format", "format", "Hugging Face model directory");
    describe(directory.config());
    try {
      describeFiles(directory);
    } finally {
      memory(directory.config()); // needs no other file
    }
  }

  private void describeFiles(ModelDirectory directory) {
    row("stored as", "stored_as", word(directory.storedType()));
    try (Tokenizer tokenizer = Tokenizer.load(path)) {
      row(
          "tokenizer",
          "tokenizer",
          String.format(Locale.ROOT, "%,d tokens%s", tokenizer.size(), special(tokenizer)));
      row("template", "template", tokenizer.chat().isPresent() ? "yes" : "none");
    }
  }

  private static String special(Tokenizer tokenizer) {
    String bos = tokenizer.specialTokens().get("bos_token");
    String eos = tokenizer.specialTokens().get("eos_token");
    return (bos == null ? "" : ", begins with " + bos) + (eos == null ? "" : ", ends with " + eos);
  }

  private void describe(ModelConfig config) {
    row("family", "family", config.family().title());
    long parameters = TrainingMemory.parameters(config);
    object.put("parameters", parameters).put("context", config.maxPositions());
    object.put("layers", config.layers()).put("hidden_size", config.hiddenSize());
    object.put("vocabulary", config.vocabSize()).put("tied", config.tiedEmbeddings());
    rows.put("parameters", String.format(Locale.ROOT, "%,d", parameters));
    rows.put(
        "shape",
        String.format(
            Locale.ROOT,
            "layers %s, width %s, query heads %s, key and value heads %s, vocabulary %,d, head %s",
            config.layers(),
            config.hiddenSize(),
            config.heads(),
            config.kvHeads(),
            config.vocabSize(),
            config.tiedEmbeddings() ? "tied to the embedding" : "of its own"));
    rows.put(
        "context",
        String.format(
            Locale.ROOT,
            "%,d tokens%s",
            config.maxPositions(),
            config.rope().scaling().map(ModelInfoCommand::scaling).orElse("")));
  }

  private static String scaling(RopeScaling scaling) {
    return ", rotary scaling " + scaling.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** Adds estimates of the memory for training all parameters, by precision. */
  private void memory(ModelConfig config) {
    ObjectNode estimates = object.putObject("memory");
    for (DType dtype : new DType[] {DType.FLOAT32, DType.BFLOAT16}) {
      TrainingMemory memory = TrainingMemory.of(config, dtype);
      rows.put(
          "in " + word(dtype),
          "%s to train: weights %s, gradients %s, optimizer %s"
              .formatted(
                  size(memory.state()),
                  size(memory.weights()),
                  size(memory.gradients()),
                  size(memory.optimizer())));
      estimates
          .putObject(word(dtype))
          .put("weights", memory.weights())
          .put("gradients", memory.gradients())
          .put("optimizer", memory.optimizer())
          .put("activations_per_token", memory.activations())
          .put("activations_per_token_checkpointed", memory.checkpointed())
          .put("reference_model", memory.weights())
          .put("cache_per_token", TrainingMemory.cache(config, dtype));
    }
    rows.put("adapters", adapters(config, estimates));
    TrainingMemory memory = TrainingMemory.of(config, DType.FLOAT32);
    rows.put(
        "activations",
        "%s for 1,000 tokens of a micro-batch, with gradient_checkpointing %s"
            .formatted(
                size(1_000 * memory.activations()),
                size(1_000 * (memory.checkpointed() + memory.recomputed()))));
    rows.put(
        "rollouts",
        "%s for 1,000 tokens in the cache (float32)"
            .formatted(size(1_000 * TrainingMemory.cache(config, DType.FLOAT32))));
    rows.put(
        "reference",
        "another copy of the weights, if the loss has a KL penalty or the algorithm needs π_ref;"
            + " none with adapters");
    rows.put("estimated", "what SFT and RL hold, without the JVM and libtorch (about 0.5 GB)");
  }

  /** Returns the memory for training adapters, by the format of the frozen weights. */
  private static String adapters(ModelConfig config, ObjectNode estimates) {
    List<String> sizes = new ArrayList<>();
    for (FrozenMatrix.Format base : FrozenMatrix.Format.values()) {
      LoraSettings settings =
          new LoraSettings(
              RANK, 2 * RANK, /* rslora= */ false, List.of(LoraSettings.ALL_LINEAR), base);
      TrainingMemory memory = TrainingMemory.of(config, settings);
      String word = base.name().toLowerCase(Locale.ROOT);
      sizes.add("%s with base: %s".formatted(size(memory.state()), word));
      estimates
          .putObject("adapter_" + word)
          .put("rank", RANK)
          .put("weights", memory.weights())
          .put("gradients", memory.gradients())
          .put("optimizer", memory.optimizer());
    }
    return "%s (rank %s, all-linear)".formatted(String.join(", ", sizes), RANK);
  }

  private static String word(DType dtype) {
    return dtype.name().toLowerCase(Locale.ROOT);
  }

  private static String size(long bytes) {
    return bytes < 1_000_000_000
        ? String.format(Locale.ROOT, "%.0f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}

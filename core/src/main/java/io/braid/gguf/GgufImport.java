package io.braid.gguf;

import io.braid.UserError;
import io.braid.checkpoint.AtomicDirectory;
import io.braid.checkpoint.JsonFile;
import io.braid.checkpoint.ModelDirectory;
import io.braid.checkpoint.ModelWriter;
import io.braid.checkpoint.SafetensorsWriter;
import io.braid.model.ModelConfig;
import io.braid.model.PublishedTensor;
import io.braid.tensor.DType;
import io.braid.tensor.Tensor;
import io.braid.text.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Converts a GGUF file to a Hugging Face model directory. */
public final class GgufImport {
  /** The tokenizer files that are copied from a different directory. */
  private static final List<String> TOKENIZER_FILES =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "chat_template.jinja");

  private final GgufFile file;
  private final GgufArchitecture architecture;
  private final ModelConfig config;
  private final Map<String, String> tokenizer;
  private final List<Long> ends;
  private final boolean ownTokenizer;

  private GgufImport(GgufFile file, Optional<Path> otherTokenizer) {
    this.file = file;
    GgufConfig.Read read = GgufConfig.read(file);
    this.architecture = read.architecture();
    this.config = read.config();
    checkTensors();
    this.tokenizer =
        otherTokenizer.isPresent()
            ? copied(otherTokenizer.get())
            : GgufTokenizer.files(file.metadata(), config.vocabSize());
    this.ends = GgufTokenizer.ends(file.metadata());
    this.ownTokenizer = otherTokenizer.isEmpty();
  }

  /**
   * Reads everything except the weights.
   *
   * @param otherTokenizer a directory whose tokenizer is used instead of the file's; its tokens
   *     must be the same
   * @throws UserError if a key or tensor is missing, damaged or not supported; the error names it
   */
  public static GgufImport of(GgufFile file, Optional<Path> otherTokenizer) {
    return new GgufImport(file, otherTokenizer);
  }

  /**
   * Reads only the configuration.
   *
   * @throws UserError as {@link #of}
   */
  public static ModelConfig configOf(GgufFile file) {
    return GgufConfig.read(file).config();
  }

  /** Describes the file's tokenizer. */
  public static String tokenizerOf(GgufFile file) {
    return GgufTokenizer.described(file.metadata());
  }

  /** Returns whether the file has a chat template. */
  public static boolean hasTemplate(GgufFile file) {
    return file.metadata().text(GgufTokenizer.TEMPLATE).isPresent();
  }

  /** Returns the model's configuration. */
  public ModelConfig config() {
    return config;
  }

  /** Returns the number of tensors of each type, the most frequent type first. */
  public Map<GgufType, Long> types() {
    Map<GgufType, Long> counts =
        new TreeMap<>(
            file.tensors().values().stream()
                .collect(Collectors.groupingBy(GgufFile.Stored::type, Collectors.counting())));
    Map<GgufType, Long> sorted = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(Map.Entry.<GgufType, Long>comparingByValue().reversed())
        .forEach(each -> sorted.put(each.getKey(), each.getValue()));
    return sorted;
  }

  /**
   * Returns the default type of the imported weights: bfloat16 if all matrices have this type,
   * otherwise float32.
   */
  public DType usualType() {
    return file.tensors().values().stream()
            .filter(tensor -> tensor.shape().size() > 1)
            .allMatch(tensor -> tensor.type() == GgufType.BF16)
        ? DType.BFLOAT16
        : DType.FLOAT32;
  }

  /** Checks that the file has the tensors that the config requires, and no others. */
  private void checkTensors() {
    Set<String> known = new HashSet<>(Set.of(RopeFactors.TENSOR));
    for (PublishedTensor each : PublishedTensor.of(config)) {
      String name = architecture.tensor(each.name());
      known.add(name);
      GgufFile.Stored stored =
          file.find(name)
              .orElseThrow(() ->
                  new UserError(
                      "%s: contains no tensor %s, which its keys require; copy or download the file again"
                          .formatted(file.path(), name)));
      if (!stored.shape().equals(each.shape())) {
        throw new UserError(
            "%s: the tensor %s has the shape %s, but the file's keys require %s"
                .formatted(file.path(), name, stored.shape(), each.shape()));
      }
    }
    List<String> others =
        file.tensors().keySet().stream().filter(name -> !known.contains(name)).toList();
    if (!others.isEmpty()) {
      throw new UserError(
          "%s: the tensor %s%s is not part of a %s model as Braid knows it; take the original model in the Hugging Face format"
              .formatted(
                  file.path(),
                  others.getFirst(),
                  others.size() > 1 ? " (and %s others)".formatted(others.size() - 1) : "",
                  architecture.word()));
    }
  }

  private Map<String, String> copied(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new UserError(directory + ": no such directory; give one with a tokenizer.json");
    }
    try (Tokenizer other = Tokenizer.load(directory)) {
      GgufTokenizer.checkSame(file.metadata(), other);
    }
    Map<String, String> files = new LinkedHashMap<>();
    for (String name : TOKENIZER_FILES) {
      Path each = directory.resolve(name);
      if (JsonFile.isThere(each)) {
        files.put(name, JsonFile.text(each));
      }
    }
    return files;
  }

  /**
   * Writes the model directory atomically, and checks that Braid reads it.
   *
   * @param dtype element type of the weights
   */
  public void write(Path directory, DType dtype) {
    if (ownTokenizer) {
      GgufTokenizer.noteUnused(file.metadata(), file.path().toString());
    }
    List<SafetensorsWriter.Source> weights = new ArrayList<>();
    for (PublishedTensor each : PublishedTensor.of(config)) {
      weights.add(
          new SafetensorsWriter.Source(
              each.name(), dtype, each.shape(), () -> elements(each).to(dtype)));
    }
    AtomicDirectory.write(
        directory,
        unfinished -> {
          ModelWriter.writePart(unfinished, config, dtype, weights, ends, tokenizer);
          check(unfinished);
        });
  }

  private Tensor elements(PublishedTensor tensor) {
    GgufFile.Stored stored = file.find(architecture.tensor(tensor.name())).orElseThrow();
    Tensor elements = file.tensor(stored);
    if (tensor.offset() != 0) {
      elements = elements.to(DType.FLOAT32).plus(-tensor.offset());
    }
    return architecture.published(tensor.name(), elements, config.headDim());
  }

  /**
   * Opens the written directory. An error here is a bug in Braid, unless the tokenizer is unusable.
   */
  private void check(Path unfinished) {
    ModelConfig read = ModelDirectory.open(unfinished).config();
    if (!read.equals(config)) {
      throw new IllegalStateException("written as %s, read as %s".formatted(config, read));
    }
    try (Tokenizer tokens = Tokenizer.load(unfinished)) {
      if (tokens.size() > config.vocabSize()) {
        throw new UserError(
            "%s: the tokenizer has ids up to %s, but token_embd.weight has %s rows"
                .formatted(file.path(), tokens.size() - 1, config.vocabSize()));
      }
    }
  }
}

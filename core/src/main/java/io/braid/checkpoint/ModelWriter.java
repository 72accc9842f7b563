package io.braid.checkpoint;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.braid.FileError;
import io.braid.checkpoint.SafetensorsWriter.Source;
import io.braid.model.ModelConfig;
import io.braid.model.NamedView;
import io.braid.model.Transformer;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Saves models as Hugging Face directories. */
public final class ModelWriter {
  private static final Map<String, String> WRITTEN_BY_PYTORCH = Map.of("format", "pt");

  private static final long LARGEST_FILE = 5_000_000_000L;

  private ModelWriter() {}

  /**
   * Saves a model atomically, in the form that {@code transformers} loads.
   *
   * @param origin directory the model was loaded from; its config and tokenizer files are copied
   */
  public static void save(Path directory, Transformer model, ModelDirectory origin) {
    AtomicDirectory.write(directory, unfinished -> fill(unfinished, model, origin));
  }

  /**
   * Saves a model as part of a larger directory that is itself written atomically, such as a
   * checkpoint.
   *
   * @param directory created by this method
   * @throws UncheckedIOException if a file cannot be written
   */
  public static void savePart(Path directory, Transformer model, ModelDirectory origin) {
    try {
      Files.createDirectory(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(directory + ": " + FileError.reason(e), e);
    }
    fill(directory, model, origin);
  }

  private static void fill(Path directory, Transformer model, ModelDirectory origin) {
    writeModel(directory, model, origin.json(), LARGEST_FILE);
    writeCompanions(origin.companions(), directory);
  }

  /**
   * Saves a model that was created from a config, atomically.
   *
   * @param endIds the tokens that end a response; the first is also written to the config
   * @param companions the tokenizer's files by name
   */
  public static void save(
      Path directory, Transformer model, List<Long> endIds, Map<String, String> companions) {
    AtomicDirectory.write(
        directory,
        unfinished -> {
          writeModel(unfinished, model, config(model.config(), endIds), LARGEST_FILE);
          writeOthers(unfinished, endIds, companions);
        });
  }

  /**
   * Writes a model whose weights are created one at a time, as part of a directory that is itself
   * written atomically.
   *
   * @param directory exists
   * @param dtype element type of all weights
   * @param weights the tensors of the config, by their published names
   * @param endIds the tokens that end a response; the first is also written to the config
   * @param companions the tokenizer's files by name
   * @throws UncheckedIOException if a file cannot be written
   */
  public static void writePart(
      Path directory,
      ModelConfig config,
      DType dtype,
      List<SafetensorsWriter.Source> weights,
      List<Long> endIds,
      Map<String, String> companions) {
    ObjectNode json = config(config, endIds);
    setType(json, dtype);
    writeJson(directory.resolve(ModelDirectory.CONFIG), json);
    writeOthers(directory, endIds, companions);
    List<SafetensorsWriter.Source> all = new ArrayList<>(weights);
    all.addAll(ZeroBias.sources(config, dtype));
    SafetensorsWriter.write(directory.resolve(ModelDirectory.WEIGHTS), all, WRITTEN_BY_PYTORCH);
  }

  private static ObjectNode config(ModelConfig config, List<Long> endIds) {
    ObjectNode json = ConfigJson.write(config);
    if (!endIds.isEmpty()) {
      json.put("eos_token_id", endIds.getFirst());
    }
    return json;
  }

  private static void writeOthers(
      Path directory, List<Long> endIds, Map<String, String> companions) {
    ObjectNode generation = JsonMapper.shared().createObjectNode();
    endIds.forEach(generation.putArray("eos_token_id")::add);
    writeJson(directory.resolve(ModelDirectory.GENERATION), generation);
    new TreeMap<>(companions)
        .forEach((name, content) -> writeText(directory.resolve(name), content));
  }

  private static void setType(ObjectNode json, DType dtype) {
    json.remove("torch_dtype");
    json.put("dtype", ConfigJson.name(dtype));
    json.put("torch_dtype", ConfigJson.name(dtype));
  }

  /** Writes the config and the weights, in files of at most {@code largestFile} bytes each. */
  static void writeModel(Path directory, Transformer model, ObjectNode json, long largestFile) {
    setType(json, model.dtype());
    ConfigJson.update(json, model.config());
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      List<List<Source>> shards = shards(model, largestFile);
      if (shards.size() == 1) {
        SafetensorsWriter.write(
            directory.resolve(ModelDirectory.WEIGHTS), shards.getFirst(), WRITTEN_BY_PYTORCH);
      } else {
        writeShards(directory, shards);
      }
    }
    writeJson(directory.resolve(ModelDirectory.CONFIG), json);
  }

  private static List<List<Source>> shards(Transformer model, long largestFile) {
    List<List<Source>> shards = new ArrayList<>();
    long left = 0;
    for (NamedView view : model.views()) {
      long bytes = view.numel() * model.dtype().bytes();
      if (shards.isEmpty() || bytes > left) {
        shards.add(new ArrayList<>());
        left = largestFile;
      }
      shards.getLast().add(new Source(view.name(), model.dtype(), view.shape(), view::tensor));
      left -= bytes;
    }
    ZeroBias.of(model).forEach((name, zeros) -> shards.getLast().add(Source.of(name, zeros)));
    return shards;
  }

  private static void writeShards(Path directory, List<List<Source>> shards) {
    ObjectNode index = JsonMapper.shared().createObjectNode();
    ObjectNode metadata = index.putObject("metadata");
    ObjectNode map = index.putObject("weight_map");
    long total = 0;
    for (int s = 0; s < shards.size(); s++) {
      String name =
          String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", s + 1, shards.size());
      SafetensorsWriter.write(directory.resolve(name), shards.get(s), WRITTEN_BY_PYTORCH);
      for (Source tensor : shards.get(s)) {
        map.put(tensor.name(), name);
        total += tensor.bytes();
      }
    }
    metadata.put("total_size", total);
    writeJson(directory.resolve(ModelDirectory.INDEX), index);
  }

  private static void writeCompanions(Map<String, byte[]> companions, Path to) {
    companions.forEach((name, bytes) -> {
      Path file = to.resolve(name);
      try {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.write(file, bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(file + ": " + FileError.reason(e), e);
      }
    });
  }

  private static void writeJson(Path file, JsonNode json) {
    writeText(
        file, JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
  }

  private static void writeText(Path file, String text) {
    try {
      Files.writeString(file, text, CREATE, WRITE, TRUNCATE_EXISTING, SYNC);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + FileError.reason(e), e);
    }
  }
}

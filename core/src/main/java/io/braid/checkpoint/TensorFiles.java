package io.braid.checkpoint;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Looks up tensors by name in a safetensors file, in an archive written by {@code torch.save}, or
 * in several such files listed by an {@code *.index.json}. Each file listed by an index is opened
 * when one of its tensors is first requested.
 */
public final class TensorFiles implements AutoCloseable {
  private static final String INDEX = ".index.json";
  private static final long LARGEST_INDEX = 64_000_000L;

  /** File names to look for in a directory, in order of preference. */
  private static final List<String> USUAL =
      List.of(
          "flow_model.bin",
          "flow.safetensors",
          "pytorch_model.bin.index.json",
          "model.safetensors.index.json",
          "pytorch_model.bin",
          "model.safetensors");

  private final Path from;
  private final Map<String, Path> files; // by tensor name
  private final Map<Path, Held> open;

  /** An open file. */
  private record Held(Set<String> names, Function<String, Tensor> tensor, AutoCloseable file) {}

  private TensorFiles(Path from, Map<String, Path> files, Map<Path, Held> open) {
    this.from = from;
    this.files = files;
    this.open = open;
  }

  /**
   * Opens the given path and lists its tensors.
   *
   * @param from a weights file, an index, or a directory that contains a file with one of the usual
   *     names
   * @throws UserError if there is nothing to read, or a file is damaged
   */
  public static TensorFiles open(Path from) {
    if (Files.isDirectory(from)) {
      return open(usual(from));
    }
    if (!Files.isRegularFile(from)) {
      throw new UserError(from + ": no such file");
    }
    if (from.toString().endsWith(INDEX)) {
      return new TensorFiles(from, index(from), new LinkedHashMap<>());
    }
    Held held = opened(from);
    Map<String, Path> files = new LinkedHashMap<>();
    held.names.forEach(name -> files.put(name, from));
    return new TensorFiles(from, files, new LinkedHashMap<>(Map.of(from, held)));
  }

  private static Path usual(Path directory) {
    return USUAL.stream()
        .map(directory::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(() ->
            new UserError(
                "%s: contains none of %s; give the path of the file"
                    .formatted(directory, String.join(", ", USUAL))));
  }

  @SuppressWarnings("MustBeClosedChecker")
  private static Held opened(Path file) {
    if (file.toString().endsWith(".safetensors")) {
      Safetensors held = Safetensors.open(file);
      return new Held(held.names(), held::tensor, held);
    }
    TorchArchive held = TorchArchive.open(file);
    return new Held(held.names(), held::tensor, held);
  }

  private static Map<String, Path> index(Path file) {
    JsonNode map = json(file).path("weight_map");
    Map<String, Path> files = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String part = entry.getValue().asString("");
      // plain names only: an index must not refer to files outside its directory
      if (part.isEmpty() || part.contains("/") || part.contains("\\") || part.equals("..")) {
        throw new UserError(
            "%s: weight_map places %s in '%s', which is not the name of a file in the same directory"
                .formatted(file, entry.getKey(), part));
      }
      files.put(entry.getKey(), file.resolveSibling(part));
    }
    if (files.isEmpty()) {
      throw new UserError(
          file + ": has no weight_map of tensor names, so it is not an index of shards");
    }
    return files;
  }

  private static JsonNode json(Path file) {
    try {
      if (Files.size(file) > LARGEST_INDEX) {
        throw new UserError(file + ": is too large for an index of shards");
      }
      return JsonMapper.shared().readTree(Files.readString(file));
    } catch (JacksonException e) {
      throw new UserError(file + ": is not JSON (" + e.getOriginalMessage() + ")", e);
    } catch (IOException e) {
      throw FileError.reading(file, e);
    }
  }

  /** Returns the path that was opened; for a directory, the file found in it. */
  public Path from() {
    return from;
  }

  /** Returns the tensors' names. */
  public Set<String> names() {
    return files.keySet();
  }

  /**
   * Returns a tensor. It must not be written to, nor used after this object is closed.
   *
   * @throws UserError if there is no tensor with that name, or its file is missing or damaged
   */
  public Tensor tensor(String name) {
    Path file = files.get(name);
    if (file == null) {
      throw new UserError("%s: contains no tensor named %s".formatted(from, name));
    }
    return open.computeIfAbsent(file, TensorFiles::opened).tensor.apply(name);
  }

  @Override
  public void close() {
    for (Held held : open.values()) {
      try {
        held.file.close();
      } catch (Exception e) {
        throw new IllegalStateException("closing " + from, e);
      }
    }
  }
}

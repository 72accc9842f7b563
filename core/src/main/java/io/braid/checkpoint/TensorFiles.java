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
 * Tensors by name, wherever they are: in a safetensors file, in an archive of {@code torch.save},
 * or in several of them, which an {@code *.index.json} lists. Files are opened when the first
 * tensor of theirs is asked for.
 */
public final class TensorFiles implements AutoCloseable {
  private static final String INDEX = ".index.json";
  private static final long LARGEST_INDEX = 64_000_000L;

  /** What a directory is looked through for; the first that is there is taken. */
  private static final List<String> USUAL =
      List.of(
          "flow_model.bin",
          "flow.safetensors",
          "pytorch_model.bin.index.json",
          "model.safetensors.index.json",
          "pytorch_model.bin",
          "model.safetensors");

  private final Path from;
  private final Map<String, Path> places; // of each tensor
  private final Map<Path, Held> open;

  /** A file that is open. */
  private record Held(Set<String> names, Function<String, Tensor> tensor, AutoCloseable file) {}

  private TensorFiles(Path from, Map<String, Path> places, Map<Path, Held> open) {
    this.from = from;
    this.places = places;
    this.open = open;
  }

  /**
   * Finds out what tensors there are.
   *
   * @param from a file, an index, or a directory that holds one of the usual names
   * @throws UserError when there is nothing to read, or it is damaged
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
    Map<String, Path> places = new LinkedHashMap<>();
    held.names.forEach(name -> places.put(name, from));
    return new TensorFiles(from, places, new LinkedHashMap<>(Map.of(from, held)));
  }

  private static Path usual(Path directory) {
    return USUAL.stream()
        .map(directory::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(() ->
            new UserError(
                "%s: holds none of %s; name the file"
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
    Map<String, Path> places = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String part = entry.getValue().asString("");
      // a name alone: an index must not lead out of its directory
      if (part.isEmpty() || part.contains("/") || part.contains("\\") || part.equals("..")) {
        throw new UserError(
            "%s: weight_map says that %s is in '%s', which is not the name of a file beside it"
                .formatted(file, entry.getKey(), part));
      }
      places.put(entry.getKey(), file.resolveSibling(part));
    }
    if (places.isEmpty()) {
      throw new UserError(
          file + ": has no weight_map that names tensors; it is no index of shards");
    }
    return places;
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

  /** What was opened; in a directory the file that was found. */
  public Path from() {
    return from;
  }

  /** The tensors' names. */
  public Set<String> names() {
    return places.keySet();
  }

  /**
   * A tensor, not to be written to nor used after this is closed.
   *
   * @throws UserError when there is none of that name, or its file is missing or damaged
   */
  public Tensor tensor(String name) {
    Path place = places.get(name);
    if (place == null) {
      throw new UserError("%s: holds no tensor named %s".formatted(from, name));
    }
    return open.computeIfAbsent(place, TensorFiles::opened).tensor.apply(name);
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

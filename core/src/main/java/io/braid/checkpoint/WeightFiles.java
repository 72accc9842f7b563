package io.braid.checkpoint;

import io.braid.UserError;
import io.braid.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * The weights of a model directory: {@code model.safetensors}, or else the files that its index
 * names. Tensors are asked for by their published names, and found under those that a file may have
 * for them: with {@code model.} before them once more, or without it, as a bare trunk is saved.
 */
final class WeightFiles implements AutoCloseable {
  private static final String TRUNK = "model.";
  private static final String HEAD = "lm_head.";
  private static final int LONGEST_LIST = 12;

  private final Path directory;
  private final Map<String, Safetensors> files = new LinkedHashMap<>(); // by file name
  private final Map<String, Stored> tensors = new LinkedHashMap<>(); // by published name
  private final List<String> notes = new ArrayList<>();

  /** A tensor under the name that its file has for it. */
  record Stored(Safetensors file, String name) {
    /** Its numbers, not to be used after the file is closed. */
    Tensor tensor() {
      return file.tensor(name);
    }

    @Override
    public String toString() {
      return file.file() + ": tensor " + name;
    }
  }

  private WeightFiles(Path directory) {
    this.directory = directory;
  }

  /**
   * Opens the files of a directory.
   *
   * @throws UserError when there are none, or they are damaged or contradict each other
   */
  @SuppressWarnings("MustBeClosedChecker")
  static WeightFiles open(Path directory) {
    WeightFiles weights = new WeightFiles(directory);
    try {
      weights.open();
      return weights;
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  private void open() {
    Path index = directory.resolve(ModelDirectory.INDEX);
    Path single = directory.resolve(ModelDirectory.WEIGHTS);
    if (JsonFile.isThere(single)) {
      Safetensors file = opened(ModelDirectory.WEIGHTS);
      file.names().forEach(name -> place(name, file));
      if (Files.exists(index)) {
        notes.add(
            "%s: not used, because %s is there, as in transformers; delete one of them"
                .formatted(index, ModelDirectory.WEIGHTS));
      }
    } else if (JsonFile.isThere(index)) {
      readIndex(index);
    } else {
      throw NoModel.withoutWeights(directory);
    }
  }

  private void readIndex(Path index) {
    JsonNode map = JsonFile.read(index).path("weight_map");
    if (!map.isObject()) {
      throw new UserError(index + ": has no weight_map; download the file again");
    }
    Map<String, String> listed = new LinkedHashMap<>(); // file name by stored name
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String file = entry.getValue().asString("");
      if (file.isEmpty() || file.contains("/") || file.contains("\\") || file.startsWith(".")) {
        throw new UserError(
            "%s: weight_map names \"%s\" for %s; a plain file name belongs there"
                .formatted(index, file, entry.getKey()));
      }
      opened(file);
      listed.put(entry.getKey(), file);
    }
    files.forEach((name, file) -> {
      for (String stored : file.names()) {
        if (listed.getOrDefault(stored, name).equals(name)) {
          place(stored, file);
        } else {
          notes.add(
              "%s: also holds %s, which the index takes from %s"
                  .formatted(file.file(), stored, listed.get(stored)));
        }
      }
    });
  }

  private Safetensors opened(String name) {
    return files.computeIfAbsent(name, each -> Safetensors.open(directory.resolve(each)));
  }

  private void place(String name, Safetensors file) {
    Stored stored = new Stored(file, name);
    Stored other = tensors.putIfAbsent(published(name), stored);
    if (other != null) {
      throw new UserError(
          "%s and %s (%s) are two tensors for one place; remove one of them"
              .formatted(other, name, file.file()));
    }
  }

  private static String published(String name) {
    if (name.startsWith(TRUNK)) {
      String rest = name.substring(TRUNK.length());
      return rest.startsWith(TRUNK) || rest.startsWith(HEAD) ? rest : name;
    }
    return name.startsWith(HEAD) ? name : TRUNK + name;
  }

  /** The tensor of a published name. */
  Optional<Stored> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /**
   * The error of a tensor that no file has.
   *
   * @param remedy how to mend it
   */
  UserError missing(String name, String remedy) {
    return new UserError(
        "%s: no weights file holds the tensor %s that config.json asks for%s"
            .formatted(directory, name, remedy));
  }

  /** Bytes of all tensors together. */
  long bytes() {
    return files.values().stream().mapToLong(Safetensors::bytes).sum();
  }

  /**
   * What the user should know.
   *
   * @param used the published names that were asked for
   */
  List<String> notes(Set<String> used) {
    List<String> all = new ArrayList<>(notes);
    Map<String, List<String>> unused = new TreeMap<>(); // alike but for the layer's number
    tensors.forEach((name, stored) -> {
      if (!used.contains(name)) {
        unused
            .computeIfAbsent(stored.name().replaceAll("\\d+", "*"), _ -> new ArrayList<>())
            .add(stored.name());
      }
    });
    if (!unused.isEmpty()) {
      List<String> groups =
          unused.entrySet().stream()
              .limit(LONGEST_LIST)
              .map(group ->
                  group.getValue().size() == 1
                      ? group.getValue().getFirst()
                      : "%s (%s)".formatted(group.getKey(), group.getValue().size()))
              .toList();
      int more = unused.size() - groups.size();
      int count = unused.values().stream().mapToInt(List::size).sum();
      all.add(
          "%s: %s no place in the model that config.json describes and %s not used: %s%s"
              .formatted(
                  directory,
                  count == 1 ? "1 tensor has" : count + " tensors have",
                  count == 1 ? "is" : "are",
                  String.join(", ", groups),
                  more > 0 ? " and %s other kinds".formatted(more) : ""));
    }
    return all;
  }

  @Override
  public void close() {
    files.values().forEach(Safetensors::close);
  }
}

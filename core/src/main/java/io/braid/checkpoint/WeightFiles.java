package io.braid.checkpoint;

import io.braid.UserError;
import io.braid.tensor.Tensor;
import io.braid.vision.VisionTower;
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
 * The weights of a model directory: {@code model.safetensors}, or otherwise the files listed in its
 * index. Tensors are looked up by their published names. The stored name may have an additional
 * {@code model.} prefix or, if the model was saved without its head, lack this prefix.
 */
final class WeightFiles implements AutoCloseable {
  private static final String TRUNK = "model.";
  private static final String HEAD = "lm_head.";
  private static final String TOWER = VisionTower.PREFIX;
  private static final String LANGUAGE = "language_model.";
  private static final int LONGEST_LIST = 12;

  private final Path directory;
  private final Map<String, Safetensors> files = new LinkedHashMap<>(); // by file name
  private final Map<String, Stored> tensors = new LinkedHashMap<>(); // by published name
  private final List<String> notes = new ArrayList<>();

  /** A tensor's file and its name in that file. */
  record Stored(Safetensors file, String name) {
    /** Returns the tensor, which must not be used after the file is closed. */
    Tensor tensor() {
      return file.tensor(name);
    }

    /** Lets the system drop the tensor's mapped bytes from memory. */
    void unload() {
      file.unload(name);
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
   * @throws UserError if there are none, or they are damaged or contradict each other
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
      file.names().forEach(name -> add(name, file));
      if (Files.exists(index)) {
        notes.add(
            "%s: not used, because %s is present, as in transformers; delete one of them"
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
            "%s: weight_map has \"%s\" for %s; it must be a plain file name"
                .formatted(index, file, entry.getKey()));
      }
      opened(file);
      listed.put(entry.getKey(), file);
    }
    files.forEach((name, file) -> {
      for (String stored : file.names()) {
        if (listed.getOrDefault(stored, name).equals(name)) {
          add(stored, file);
        } else {
          notes.add(
              "%s: also contains %s, which the index assigns to %s"
                  .formatted(file.file(), stored, listed.get(stored)));
        }
      }
    });
  }

  private Safetensors opened(String name) {
    return files.computeIfAbsent(name, each -> Safetensors.open(directory.resolve(each)));
  }

  private void add(String name, Safetensors file) {
    Stored stored = new Stored(file, name);
    Stored other = tensors.putIfAbsent(published(name), stored);
    if (other != null) {
      throw new UserError(
          "%s and %s (%s) are the same tensor of the model; remove one of them"
              .formatted(other, name, file.file()));
    }
  }

  private static String published(String stored) {
    String name = stored;
    if (name.startsWith(TRUNK + TOWER)) { // the names of transformers' modules
      name = name.substring(TRUNK.length());
    } else if (name.startsWith(TRUNK + LANGUAGE)) {
      name = TRUNK + name.substring(TRUNK.length() + LANGUAGE.length());
    }
    if (name.startsWith(TOWER)) {
      return name;
    }
    if (name.startsWith(TRUNK)) {
      String rest = name.substring(TRUNK.length());
      return rest.startsWith(TRUNK) || rest.startsWith(HEAD) ? rest : name;
    }
    return name.startsWith(HEAD) ? name : TRUNK + name;
  }

  /** Finds the tensor with a published name. */
  Optional<Stored> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /**
   * Creates the error for a tensor that no file contains.
   *
   * @param remedy how to fix it, appended to the message
   */
  UserError missing(String name, String remedy) {
    return new UserError(
        "%s: no weights file contains the tensor %s required by config.json%s"
            .formatted(directory, name, remedy));
  }

  /** Returns the total size of all tensors in bytes. */
  long bytes() {
    return files.values().stream().mapToLong(Safetensors::bytes).sum();
  }

  /**
   * Returns notices for the user, such as the names of unused tensors.
   *
   * @param used published names of the tensors that were loaded
   */
  List<String> notes(Set<String> used) {
    List<String> all = new ArrayList<>(notes);
    Map<String, List<String>> unused = new TreeMap<>(); // by name without the layer's number
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
          "%s: %s not part of the model that config.json describes and %s not used: %s%s"
              .formatted(
                  directory,
                  count == 1 ? "1 tensor is" : count + " tensors are",
                  count == 1 ? "is" : "are",
                  String.join(", ", groups),
                  more > 0 ? " and %s more kinds".formatted(more) : ""));
    }
    return all;
  }

  @Override
  public void close() {
    files.values().forEach(Safetensors::close);
  }
}

package io.braid.checkpoint;

import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Creates the errors for paths that are not usable model directories. They say what the path
 * contains and what to do about it.
 */
final class NoModel {
  private static final String ADAPTER = "adapter_config.json";
  private static final int MOST_ENTRIES = 10_000;

  private NoModel() {}

  /** Creates the error for a path that is not a directory. */
  static UserError notADirectory(Path path) {
    String name = String.valueOf(path.getFileName());
    if (name.endsWith(".gguf")) {
      return gguf(path);
    }
    if (Files.isRegularFile(path)) {
      return new UserError(
          "%s: is a file, not a model directory; give the directory that contains config.json: %s"
              .formatted(
                  path, Optional.ofNullable(path.toAbsolutePath().getParent()).orElse(path)));
    }
    if (path.toString().replace('\\', '/').contains("runs/quickstart/")) {
      return new UserError(
          path + ": no such model directory; run ./braid quickstart first, which creates it");
    }
    Optional<String> hub = nameOnAHub(path);
    if (hub.isPresent()) {
      return new UserError(
          "%s: no such model directory; give a directory that contains a config.json. If this is the name of a model on a hub, download it first with ./braid data download %s --repo-type model, and give the directory %s"
              .formatted(path, hub.get(), hub.get().substring(hub.get().indexOf('/') + 1)));
    }
    return new UserError(
        path + ": no such model directory; give a directory that contains a config.json");
  }

  /** Recognises OWNER/NAME, which a recipe may have resolved against its own directory. */
  private static Optional<String> nameOnAHub(Path path) {
    int names = path.getNameCount();
    Path parent = path.getParent();
    if (names < 2 || parent == null || Files.exists(parent)) {
      return Optional.empty();
    }
    String last = path.subpath(names - 2, names).toString().replace('\\', '/');
    return Optional.of(last).filter(name -> name.matches("[\\w.-]*\\w/\\w[\\w.-]*"));
  }

  /** Creates the error for a directory without a {@code config.json}. */
  static UserError withoutConfig(Path directory) {
    List<String> names = names(directory);
    if (names.contains(ADAPTER)) {
      return adapter(directory);
    }
    if (names.contains("snapshots")) {
      return new UserError(
          "%s: is an entry of the hub's cache; give the path of its snapshot%s"
              .formatted(directory, snapshot(directory).map(s -> ": " + s).orElse("")));
    }
    Optional<String> cached = first(names, name -> name.matches("models--.+--.+"));
    if (cached.isPresent()) {
      return new UserError(
          "%s: is a hub's cache; give the snapshot of a model, a directory in %s"
              .formatted(directory, directory.resolve(cached.get()).resolve("snapshots")));
    }
    Optional<String> gguf = first(names, name -> name.endsWith(".gguf"));
    if (gguf.isPresent()) {
      return gguf(directory, gguf.get());
    }
    if (first(names, NoModel::isOnnx).isPresent()) {
      return onnx(directory);
    }
    if (names.contains("params.json")
        && first(names, n -> n.startsWith("consolidated")).isPresent()) {
      return new UserError(
          "%s: is in Meta's own format; use the same model in the Hugging Face format, with a config.json"
              .formatted(directory));
    }
    Optional<String> below =
        first(
            names,
            name -> Files.isRegularFile(directory.resolve(name).resolve(ModelDirectory.CONFIG)));
    if (below.isPresent()) {
      return new UserError(
          "%s: contains no config.json; give %s, which does"
              .formatted(directory, directory.resolve(below.get())));
    }
    if (first(names, NoModel::isWeights).isPresent()) {
      return new UserError(
          "%s: contains weights but no config.json; copy the config.json of the model that the weights belong to"
              .formatted(directory));
    }
    return new UserError(
        directory + ": contains no config.json, so it is not a Hugging Face model directory");
  }

  /** Creates the error for a directory whose weights are missing or in a different format. */
  static UserError withoutWeights(Path directory) {
    List<String> names = names(directory);
    if (names.contains(ADAPTER)) {
      return adapter(directory);
    }
    Optional<String> shard = first(names, name -> name.matches("model-\\d+-of-\\d+\\.safetensors"));
    if (shard.isPresent()) {
      return new UserError(
          "%s: contains %s but no %s; download that file too"
              .formatted(directory, shard.get(), ModelDirectory.INDEX));
    }
    if (first(names, name -> name.matches("pytorch_model.*\\.bin(\\.index\\.json)?")).isPresent()) {
      return new UserError(
          "%s: contains its weights as pytorch_model.bin, not as %s; convert the weights to safetensors: python -c \"from transformers import AutoModelForCausalLM as M; M.from_pretrained('%s').save_pretrained('%s')\""
              .formatted(directory, ModelDirectory.WEIGHTS, directory, directory));
    }
    Optional<String> gguf = first(names, name -> name.endsWith(".gguf"));
    if (gguf.isPresent()) {
      return gguf(directory, gguf.get());
    }
    if (first(names, NoModel::isOnnx).isPresent()) {
      return onnx(directory);
    }
    Optional<String> other = first(names, name -> name.endsWith(".safetensors"));
    if (other.isPresent()) {
      return new UserError(
          "%s: contains %s, but neither %s nor %s; rename the file if it contains the model's weights"
              .formatted(directory, other.get(), ModelDirectory.WEIGHTS, ModelDirectory.INDEX));
    }
    return new UserError(
        "%s: contains neither %s nor %s; download the weights, or convert them to safetensors"
            .formatted(directory, ModelDirectory.WEIGHTS, ModelDirectory.INDEX));
  }

  /**
   * Rejects a directory that contains both a model and an adapter, because it does not show whether
   * the adapter has been merged.
   *
   * @throws UserError if there is an adapter
   */
  static void refuseAdapterBeside(Path directory) {
    if (Files.exists(directory.resolve(ADAPTER))) {
      throw new UserError(
          "%s: contains both %s and config.json; if the adapter is already merged into the weights, move its files elsewhere, otherwise merge it: %s"
              .formatted(directory, ADAPTER, merging(directory)));
    }
  }

  private static UserError adapter(Path directory) {
    String base = "";
    try {
      JsonNode name = JsonFile.read(directory.resolve(ADAPTER)).path("base_model_name_or_path");
      base = name.isString() ? " of " + name.asString() : "";
    } catch (UserError e) {
      // the name of the base model is only for the message
    }
    return new UserError(
        "%s: contains a LoRA adapter%s, not a model; generate, chat and eval take it as --adapter %s with its base as --model; otherwise merge it first: %s"
            .formatted(directory, base, directory, merging(directory)));
  }

  private static String merging(Path directory) {
    return "./braid model merge %s --model ITS_BASE_MODEL --out %s-merged, and give %s-merged"
        .formatted(directory, directory, directory);
  }

  private static UserError gguf(Path path) {
    return new UserError(
        "%s: is a GGUF file; make a model directory of it: ./braid model import %s --out DIR"
            .formatted(path, path));
  }

  private static UserError gguf(Path directory, String name) {
    return new UserError(
        "%s: contains a GGUF file, which is not read in place; make a model directory of it: ./braid model import %s --out DIR"
            .formatted(directory, directory.resolve(name)));
  }

  private static UserError onnx(Path path) {
    return new UserError(
        path
            + ": contains an ONNX graph, which cannot be trained; use the original model in the"
            + " Hugging Face format (config.json and *.safetensors)");
  }

  /** Finds the snapshot that {@code main} refers to, or otherwise the only one. */
  private static Optional<Path> snapshot(Path directory) {
    Path all = directory.resolve("snapshots");
    try {
      Path main = directory.resolve("refs").resolve("main");
      if (Files.isRegularFile(main) && Files.size(main) < 100) {
        String commit = Files.readString(main).strip();
        if (commit.matches("\\w+") && Files.isDirectory(all.resolve(commit))) {
          return Optional.of(all.resolve(commit));
        }
      }
    } catch (IOException e) {
      // use the directory listing instead
    }
    List<String> names = names(all);
    return names.size() == 1 ? Optional.of(all.resolve(names.getFirst())) : Optional.empty();
  }

  private static boolean isOnnx(String name) {
    return name.equals("onnx") || name.endsWith(".onnx");
  }

  private static boolean isWeights(String name) {
    return name.endsWith(".safetensors") || name.matches("pytorch_model.*\\.bin");
  }

  private static Optional<String> first(List<String> names, Predicate<String> which) {
    return names.stream().filter(which).findFirst();
  }

  private static List<String> names(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      List<String> names =
          new ArrayList<>(
              entries.limit(MOST_ENTRIES).map(each -> String.valueOf(each.getFileName())).toList());
      Collections.sort(names);
      return names;
    } catch (IOException e) {
      return List.of();
    }
  }
}

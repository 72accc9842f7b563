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

/** What stands where a model directory was asked for, and what to do with it. */
final class NoModel {
  private static final String ADAPTER = "adapter_config.json";
  private static final int MOST_ENTRIES = 10_000;

  private NoModel() {}

  /** A path that is no directory. */
  static UserError notADirectory(Path path) {
    String name = String.valueOf(path.getFileName());
    if (name.endsWith(".gguf")) {
      return gguf(path);
    }
    if (Files.isRegularFile(path)) {
      return new UserError(
          "%s: no such model directory; give the directory, which holds a config.json: %s"
              .formatted(
                  path, Optional.ofNullable(path.toAbsolutePath().getParent()).orElse(path)));
    }
    if (path.toString().replace('\\', '/').contains("runs/quickstart/")) {
      return new UserError(
          path + ": no such model directory; ./braid quickstart makes it, so run that first");
    }
    Optional<String> hub = nameOnAHub(path);
    if (hub.isPresent()) {
      return new UserError(
          "%s: no such model directory; give a directory that holds a config.json. If it is a name on a hub: ./braid data download %s --repo-type model"
              .formatted(path, hub.get()));
    }
    return new UserError(
        path + ": no such model directory; give a directory that holds a config.json");
  }

  /** OWNER/NAME, which a recipe may have put behind its own directory. */
  private static Optional<String> nameOnAHub(Path path) {
    int names = path.getNameCount();
    Path parent = path.getParent();
    if (names < 2 || parent == null || Files.exists(parent)) {
      return Optional.empty();
    }
    String last = path.subpath(names - 2, names).toString().replace('\\', '/');
    return Optional.of(last).filter(name -> name.matches("[\\w.-]*\\w/\\w[\\w.-]*"));
  }

  /** A directory without a {@code config.json}. */
  static UserError withoutConfig(Path directory) {
    List<String> names = names(directory);
    if (names.contains(ADAPTER)) {
      return adapter(directory);
    }
    if (names.contains("snapshots")) {
      return new UserError(
          "%s: is an entry of the hub's cache; give its snapshot%s"
              .formatted(directory, snapshot(directory).map(s -> ": " + s).orElse("")));
    }
    Optional<String> cached = first(names, name -> name.matches("models--.+--.+"));
    if (cached.isPresent()) {
      return new UserError(
          "%s: is a hub's cache; give the snapshot of a model, below %s"
              .formatted(directory, directory.resolve(cached.get()).resolve("snapshots")));
    }
    if (first(names, name -> name.endsWith(".gguf")).isPresent()) {
      return gguf(directory);
    }
    if (first(names, NoModel::isOnnx).isPresent()) {
      return onnx(directory);
    }
    if (names.contains("params.json")
        && first(names, n -> n.startsWith("consolidated")).isPresent()) {
      return new UserError(
          "%s: holds Meta's own format; take the same model in the Hugging Face format, with a config.json"
              .formatted(directory));
    }
    Optional<String> below =
        first(
            names,
            name -> Files.isRegularFile(directory.resolve(name).resolve(ModelDirectory.CONFIG)));
    if (below.isPresent()) {
      return new UserError(
          "%s: holds no config.json itself; %s does, so give that"
              .formatted(directory, directory.resolve(below.get())));
    }
    if (first(names, NoModel::isWeights).isPresent()) {
      return new UserError(
          "%s: holds no config.json beside its weights; copy the one of the model that they belong to"
              .formatted(directory));
    }
    return new UserError(
        directory + ": holds no config.json, so it is no Hugging Face model directory");
  }

  /** A directory whose weights are of another kind, or not there. */
  static UserError withoutWeights(Path directory) {
    List<String> names = names(directory);
    if (names.contains(ADAPTER)) {
      return adapter(directory);
    }
    Optional<String> shard = first(names, name -> name.matches("model-\\d+-of-\\d+\\.safetensors"));
    if (shard.isPresent()) {
      return new UserError(
          "%s: holds %s, but no %s; download that too"
              .formatted(directory, shard.get(), ModelDirectory.INDEX));
    }
    if (first(names, name -> name.matches("pytorch_model.*\\.bin(\\.index\\.json)?")).isPresent()) {
      return new UserError(
          "%s: holds its weights as pytorch_model.bin, not as %s; convert the weights to safetensors: python -c \"from transformers import AutoModelForCausalLM as M; M.from_pretrained('%s').save_pretrained('%s')\""
              .formatted(directory, ModelDirectory.WEIGHTS, directory, directory));
    }
    if (first(names, name -> name.endsWith(".gguf")).isPresent()) {
      return gguf(directory);
    }
    if (first(names, NoModel::isOnnx).isPresent()) {
      return onnx(directory);
    }
    Optional<String> other = first(names, name -> name.endsWith(".safetensors"));
    if (other.isPresent()) {
      return new UserError(
          "%s: holds %s, but neither %s nor %s; rename it if these are the model's weights"
              .formatted(directory, other.get(), ModelDirectory.WEIGHTS, ModelDirectory.INDEX));
    }
    return new UserError(
        "%s: holds neither %s nor %s; download them, or convert the weights to safetensors"
            .formatted(directory, ModelDirectory.WEIGHTS, ModelDirectory.INDEX));
  }

  /**
   * A model and an adapter in one directory: whether it was merged already nobody can tell.
   *
   * @throws UserError when that is so
   */
  static void refuseAdapterBeside(Path directory) {
    if (Files.exists(directory.resolve(ADAPTER))) {
      throw new UserError(
          "%s: holds %s beside a config.json; if the adapter is merged into the weights, move its files away, else merge it: %s"
              .formatted(directory, ADAPTER, merging(directory)));
    }
  }

  private static UserError adapter(Path directory) {
    String base = "";
    try {
      JsonNode name = JsonFile.read(directory.resolve(ADAPTER)).path("base_model_name_or_path");
      base = name.isString() ? " of " + name.asString() : "";
    } catch (UserError e) {
      // the name of its base is only for the message
    }
    return new UserError(
        "%s: holds an adapter (LoRA)%s, not a model; merge it first: %s"
            .formatted(directory, base, merging(directory)));
  }

  private static String merging(Path directory) {
    return "python -c \"from peft import AutoPeftModelForCausalLM as M; M.from_pretrained('%s').merge_and_unload().save_pretrained('%s-merged')\" and give %s-merged"
        .formatted(directory, directory, directory);
  }

  private static UserError gguf(Path path) {
    return new UserError(
        path
            + ": GGUF holds weights for inference, mostly quantized; take the model in the Hugging"
            + " Face format (config.json and *.safetensors) that it was made from");
  }

  private static UserError onnx(Path path) {
    return new UserError(
        path
            + ": holds an ONNX graph, which cannot be trained here; take the model in the Hugging"
            + " Face format (config.json and *.safetensors) that it was made from");
  }

  /** The snapshot that {@code main} stands for, or else the only one. */
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
      // then the directory's own entries
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

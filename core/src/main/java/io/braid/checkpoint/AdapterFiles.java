package io.braid.checkpoint;

import io.braid.FileError;
import io.braid.Notices;
import io.braid.UserError;
import io.braid.model.LoraSettings;
import io.braid.model.NamedAdapter;
import io.braid.model.Transformer;
import io.braid.nn.FrozenMatrix;
import io.braid.nn.Parameter;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes a model's adapters in PEFT's format, {@code adapter_config.json} and {@code
 * adapter_model.safetensors}, which {@code peft.PeftModel.from_pretrained} loads.
 */
public final class AdapterFiles {
  /** The file that identifies a directory with adapters. */
  public static final String CONFIG = "adapter_config.json";

  private static final String WEIGHTS = "adapter_model.safetensors";
  private static final String PREFIX = "base_model.model.";

  /** Keys that are read, or that do not affect the computation. */
  private static final Set<String> HARMLESS =
      Set.of(
          "peft_type",
          "task_type",
          "base_model_name_or_path",
          "r",
          "lora_alpha",
          "lora_dropout", // affects only training
          "use_rslora",
          "target_modules",
          "bias",
          "inference_mode",
          "init_lora_weights",
          "loftq_config",
          "peft_version",
          "revision",
          "auto_mapping",
          "megatron_core",
          "qalora_group_size", // used only with use_qalora
          "layers_pattern"); // used only with layers_to_transform

  private AdapterFiles() {}

  /**
   * Saves a model's adapters as part of a larger directory that is itself written atomically.
   *
   * @param directory the directory, created by this method
   * @param base the adapted model, for the config
   * @throws UncheckedIOException if a file cannot be written
   */
  public static void savePart(Path directory, Transformer model, LoraSettings settings, Path base) {
    try {
      Files.createDirectory(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(directory + ": " + FileError.reason(e), e);
    }
    save(directory, model, settings, base);
  }

  /**
   * Saves a model's adapters in an existing directory.
   *
   * @param base the adapted model, for the config
   */
  public static void save(Path directory, Transformer model, LoraSettings settings, Path base) {
    try {
      Files.writeString(
          directory.resolve(CONFIG),
          JsonMapper.shared()
                  .writerWithDefaultPrettyPrinter()
                  .writeValueAsString(config(model, settings, base))
              + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(directory + ": " + FileError.reason(e), e);
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (NamedAdapter adapter : model.adapters()) {
      for (Parameter each : adapter.parameters()) {
        tensors.put(PREFIX + each.name(), each.tensor());
      }
    }
    SafetensorsWriter.write(directory.resolve(WEIGHTS), tensors, Map.of("format", "pt"));
  }

  private static ObjectNode config(Transformer model, LoraSettings settings, Path base) {
    ObjectNode config = JsonMapper.shared().createObjectNode();
    config.put("peft_type", "LORA").put("task_type", "CAUSAL_LM");
    config.put("base_model_name_or_path", base.toString());
    config.put("r", settings.rank());
    config.put("lora_alpha", settings.alpha());
    config.put("lora_dropout", settings.dropout());
    config.put("use_rslora", settings.rslora());
    config.put("use_dora", false);
    config.put("bias", "none");
    config.put("fan_in_fan_out", false);
    config.put("inference_mode", true);
    Set<String> targets = new TreeSet<>();
    for (NamedAdapter each : model.adapters()) {
      targets.add(each.matrix().substring(each.matrix().lastIndexOf('.') + 1));
    }
    targets.forEach(config.putArray("target_modules")::add);
    return config;
  }

  /**
   * Copies saved adapters into a model's adapters and merges them.
   *
   * @throws UserError if they belong to a different model, or have a different rank or set of
   *     matrices
   */
  public static void restore(Path directory, Transformer model) {
    Path file = directory.resolve(WEIGHTS);
    try (Safetensors stored = Safetensors.open(file);
        Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Set<String> left = new TreeSet<>(stored.names());
      for (NamedAdapter adapter : model.adapters()) {
        for (Parameter each : adapter.parameters()) {
          String name = PREFIX + each.name();
          if (!left.remove(name)) {
            throw new UserError(
                "%s: has no tensor %s; the adapter belongs to another model or adapts other matrices"
                    .formatted(file, name));
          }
          Tensor found = stored.tensor(name);
          if (!Arrays.equals(found.shape(), each.tensor().shape())) {
            throw new UserError(
                "%s: %s has shape %s, but the model's has %s; the adapter belongs to another model or has another rank"
                    .formatted(
                        file,
                        name,
                        Arrays.toString(found.shape()),
                        Arrays.toString(each.tensor().shape())));
          }
          each.tensor().copyInPlace(found);
        }
      }
      if (!left.isEmpty()) {
        throw new UserError(
            "%s: has %s tensors that the model's adapters do not have, such as %s; the adapter belongs to another model or adapts other matrices"
                .formatted(file, left.size(), left.iterator().next()));
      }
    }
    model.merge();
  }

  /**
   * Reads the settings of saved adapters.
   *
   * @throws UserError if the adapters are of an unsupported kind; the error names the key
   */
  public static LoraSettings settings(Path directory) {
    Path file = directory.resolve(CONFIG);
    JsonNode json = JsonFile.read(file);
    require(file, json, "peft_type", "LORA");
    if (json.has("bias")) {
      require(file, json, "bias", "none");
    }
    if (json.path("lora_dropout").asDouble(0) != 0) {
      Notices.say(
          "%s: lora_dropout is %s, which is used only where adapter.dropout in an sft recipe sets it"
              .formatted(file, json.path("lora_dropout")));
    }
    JsonNode initial = json.path("init_lora_weights");
    if (initial.isString() && !initial.asString().equals("gaussian")) {
      throw new UserError(
          "%s: init_lora_weights %s changes the base model's weights; only true, false and gaussian are supported"
              .formatted(file, initial));
    }
    json.properties()
        .forEach(each -> {
          if (!HARMLESS.contains(each.getKey()) && isSet(each.getValue())) {
            throw new UserError(
                "%s: %s is %s, which Braid does not support"
                    .formatted(file, each.getKey(), each.getValue()));
          }
        });
    JsonNode targets = json.path("target_modules");
    if (!json.path("r").canConvertToInt()
        || !json.path("lora_alpha").isNumber()
        || !(targets.isString() || targets.isArray())) {
      throw new UserError(
          file
              + ": r, lora_alpha and target_modules must be present, with PEFT's types; check that"
              + " this is PEFT's adapter_config.json");
    }
    List<String> names =
        targets.isString()
            ? List.of(targets.asString())
            : targets.valueStream().map(JsonNode::asString).toList();
    return new LoraSettings(
        json.path("r").asInt(),
        json.path("lora_alpha").asDouble(),
        json.path("use_rslora").asBoolean(false),
        names,
        FrozenMatrix.Format.FLOAT32);
  }

  /**
   * Adds saved adapters to their base model and merges them.
   *
   * @param directory the adapters
   * @param model the base model, in FLOAT32
   * @param base the directory that the model was loaded from
   * @return the name of the model that the adapters were trained for, as their config has it
   * @throws UserError if the adapters were trained for a different model, as far as their config
   *     and shapes show, or are of an unsupported kind
   */
  public static String apply(Path directory, Transformer model, Path base) {
    Path file = directory.resolve(CONFIG);
    if (!Files.isRegularFile(file)) {
      throw new UserError(
          "%s: has no %s; give the directory of adapters that PEFT or Braid saved"
              .formatted(directory, CONFIG));
    }
    String trained = JsonFile.read(file).path("base_model_name_or_path").asString("");
    refuseAnotherBase(directory, trained, base);
    try {
      model.adapt(settings(directory), /* seed= */ 0);
      restore(directory, model);
    } catch (UserError e) {
      throw trained.isEmpty()
          ? e
          : new UserError("%s; it was trained for %s".formatted(e.getMessage(), trained), e);
    }
    return trained;
  }

  /**
   * Rejects a model whose weights differ from those of the model that the config names, if that is
   * a directory on this machine. Only single files of weights are compared.
   */
  private static void refuseAnotherBase(Path directory, String trained, Path base) {
    try {
      Path there = Path.of(trained).resolve(ModelDirectory.WEIGHTS);
      Path here = base.resolve(ModelDirectory.WEIGHTS);
      if (!trained.isEmpty()
          && Files.isRegularFile(there)
          && Files.isRegularFile(here)
          && Files.mismatch(there, here) >= 0) {
        throw new UserError(
            "%s: was trained for the model %s, whose weights differ from those of %s; use it with --model %s"
                .formatted(directory, trained, base, trained));
      }
    } catch (InvalidPathException _) {
      // not the name of a directory
    } catch (IOException e) {
      throw FileError.reading(base, e);
    }
  }

  /** Returns whether a value is set, that is, not null, false, 0 or empty. */
  private static boolean isSet(JsonNode value) {
    if (value.isBoolean()) {
      return value.asBoolean();
    }
    if (value.isNumber()) {
      return value.asDouble() != 0;
    }
    return value.isString() ? !value.asString().isEmpty() : !value.isNull() && !value.isEmpty();
  }

  private static void require(Path file, JsonNode json, String key, String value) {
    if (!json.path(key).asString("").equals(value)) {
      throw new UserError(
          "%s: %s is %s; only %s is supported".formatted(file, key, json.path(key), value));
    }
  }
}

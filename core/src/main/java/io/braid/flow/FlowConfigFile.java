package io.braid.flow;

import io.braid.UserError;
import io.braid.checkpoint.JsonFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The file {@code flow_config.json}: the published keys, whose lists are joined with {@code +}, and
 * the model properties that determine the network's shape.
 *
 * @param settings the field's settings, the published keys
 * @param target properties of the field's model
 */
record FlowConfigFile(FieldSettings settings, FlowField.Target target) {
  private static final String NAME = "flow_config.json";

  static FlowConfigFile read(Path directory) {
    Path file = directory.resolve(NAME);
    Reader reader = new Reader(file, json(file));
    return new FlowConfigFile(
        reader.settings(),
        new FlowField.Target(
            reader.whole("hidden_size"),
            reader.whole("num_hidden_layers"),
            reader.small("rms_norm_eps")));
  }

  /** Reads the settings from a file, which may be the published one. */
  static FieldSettings settings(Path file) {
    return new Reader(file, json(file)).settings();
  }

  private static JsonNode json(Path file) {
    return JsonFile.read(file);
  }

  private record Reader(Path file, JsonNode json) {
    FieldSettings settings() {
      try {
        return new FieldSettings(
            whole("num_layers_flow"),
            list("hook_layers_percentile", Double::valueOf),
            list("flow_context_mode", Reader::mode),
            list("flow_shift", Integer::valueOf));
      } catch (UserError e) {
        String said = String.valueOf(e.getMessage());
        throw said.startsWith(file.toString()) ? e : new UserError(file + ": " + said, e);
      }
    }

    private static FlowContext.Mode mode(String word) {
      return FlowContext.Mode.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private <T> List<T> list(String key, Function<String, T> read) {
      String text = json.path(key).asString("");
      try {
        return Arrays.stream(text.split("\\+", -1)).map(String::strip).map(read).toList();
      } catch (IllegalArgumentException e) {
        throw wrong(key);
      }
    }

    int whole(String key) {
      if (!json.path(key).isInt() || json.path(key).intValue() < 1) {
        throw wrong(key);
      }
      return json.path(key).intValue();
    }

    /** Reads a number above 0 and below 1. */
    double small(String key) {
      double number = json.path(key).isNumber() ? json.path(key).doubleValue() : 0;
      if (!(number > 0 && number < 1)) {
        throw wrong(key);
      }
      return number;
    }

    private UserError wrong(String key) {
      return new UserError(
          "%s: %s is missing or cannot be read; the directory was not written by braid flow train"
              .formatted(file, key));
    }
  }

  void write(Path directory) {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("num_layers_flow", settings.numLayersFlow());
    json.put("hook_layers_percentile", joined(settings.hookLayersPercentile()));
    json.put(
        "flow_context_mode",
        joined(settings.flowContextMode().stream().map(Enum::name).toList())
            .toLowerCase(Locale.ROOT));
    json.put("flow_shift", joined(settings.flowShift()));
    json.put("hidden_size", target.width());
    json.put("num_hidden_layers", target.depth());
    json.put("rms_norm_eps", target.epsilon());
    try {
      Files.createDirectories(directory);
      Files.writeString(
          directory.resolve(NAME), json.toPrettyString() + "\n"); // forced with its directory
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String joined(List<?> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining("+"));
  }
}

package io.braid.flow;

import io.braid.UserError;
import io.braid.checkpoint.TensorFiles;
import io.braid.model.ModelConfig;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Imports fields that were trained elsewhere. Their tensors have the network's names, possibly
 * after a prefix: {@code flow.model.} in the published flow models and in joint checkpoints of
 * policy and field, {@code flow.}, {@code model.}, or none.
 */
public final class FieldImport {
  private static final List<String> PREFIXES = List.of("flow.model.", "flow.", "model.", "");
  private static final Pattern BLOCK = Pattern.compile("res_blocks\\.(\\d{1,9})\\..*");
  private static final int NAMED = 3; // missing tensors listed in an error

  private FieldImport() {}

  /** A possible prefix of the tensor names in a file, and the number of blocks found with it. */
  private record Prefix(String text, int blocks, List<String> missing, int expected) {
    static Prefix of(String text, Collection<String> names, int blocks) {
      Set<String> expected = names(blocks);
      return new Prefix(
          text,
          blocks,
          expected.stream().filter(name -> !names.contains(text + name)).toList(),
          expected.size());
    }

    boolean complete() {
      return missing.isEmpty();
    }

    int found() {
      return expected - missing.size();
    }

    String shown() {
      return "'" + text + "…'";
    }
  }

  /**
   * Reads a field, including its sinusoid frequencies, which are rounded in a field that was
   * trained in half precision.
   *
   * @param from a {@code torch.save} or safetensors file, an index of several files, or a directory
   * @param model configuration of the model that the field is for
   * @param config the published {@code flow_config.json}; without it the blocks are counted, and
   *     the other settings are the published defaults
   * @throws UserError if there is no field or more than one, or the field is for a different model
   */
  public static FlowField read(Path from, ModelConfig model, Optional<Path> config) {
    Optional<FieldSettings> given = config.map(FlowConfigFile::settings);
    try (TensorFiles files = TensorFiles.open(from)) {
      Prefix prefix = prefix(files, given);
      return FlowField.of(
          model,
          given.orElseGet(() -> FieldSettings.of(prefix.blocks)),
          files.from(),
          name -> files.tensor(prefix.text + name));
    }
  }

  private static Prefix prefix(TensorFiles files, Optional<FieldSettings> given) {
    List<Prefix> tried =
        PREFIXES.stream()
            .map(text -> {
              int counted = blocks(files, text);
              checkBlocks(files.from(), text, counted, given);
              return Prefix.of(
                  text,
                  files.names(),
                  given.map(FieldSettings::numLayersFlow).orElse(Math.max(1, counted)));
            })
            .toList();
    List<Prefix> complete = tried.stream().filter(Prefix::complete).toList();
    if (complete.size() > 1) {
      throw new UserError(
          "%s: contains %d fields, %s; keep only one"
              .formatted(
                  files.from(),
                  complete.size(),
                  complete.stream().map(Prefix::shown).collect(Collectors.joining(" and "))));
    }
    return complete.stream().findFirst().orElseThrow(() -> incomplete(files, tried));
  }

  private static UserError incomplete(TensorFiles files, List<Prefix> tried) {
    Prefix nearest = tried.stream().max(Comparator.comparingInt(Prefix::found)).orElseThrow();
    if (nearest.found() == 0) {
      return new UserError(
          "%s: contains no flow field: none of its %d tensors has a name such as %sinput_proj.weight"
              .formatted(files.from(), files.names().size(), PREFIXES.getFirst()));
    }
    List<String> missing = nearest.missing;
    return new UserError(
        "%s: the field %s is incomplete: %d of %d tensors are missing (%s%s)"
            .formatted(
                files.from(),
                nearest.shown(),
                missing.size(),
                nearest.expected,
                String.join(", ", missing.subList(0, Math.min(NAMED, missing.size()))),
                missing.size() > NAMED ? ", …" : ""));
  }

  private static void checkBlocks(
      Path from, String text, int counted, Optional<FieldSettings> given) {
    given
        .filter(settings -> counted > settings.numLayersFlow())
        .ifPresent(settings -> {
          throw new UserError(
              "%s: '%s…' has %d residual blocks but the config's num_layers_flow is %d; pass the config with which the field was trained"
                  .formatted(from, text, counted, settings.numLayersFlow()));
        });
  }

  private static int blocks(TensorFiles files, String text) {
    int blocks = 0;
    for (String name : files.names()) {
      Matcher matcher = BLOCK.matcher(name.startsWith(text) ? name.substring(text.length()) : "");
      if (matcher.matches()) {
        blocks = Math.max(blocks, Integer.parseInt(matcher.group(1)) + 1);
      }
    }
    try {
      FieldSettings.of(Math.max(1, blocks)); // refuses a number that no field can have
    } catch (UserError e) {
      throw new UserError(
          "%s: '%sres_blocks.%d…' cannot belong to a field (%s)"
              .formatted(files.from(), text, blocks - 1, e.getMessage()),
          e);
    }
    return blocks;
  }

  /** Returns the names of a field's tensors, which do not depend on its width. */
  private static Set<String> names(int blocks) {
    try (VelocityNetwork narrow = new VelocityNetwork(1, blocks, 1e-6, 0)) {
      return new LinkedHashSet<>(narrow.state().keySet());
    }
  }
}

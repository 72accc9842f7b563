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
 * Reads fields that were trained elsewhere, whose tensors have the network's names with something
 * before them: {@code flow.model.} in the published flow models and in checkpoints of policy and
 * field together, {@code model.}, or nothing.
 */
public final class FieldImport {
  private static final List<String> PREFIXES = List.of("flow.model.", "flow.", "model.", "");
  private static final Pattern BLOCK = Pattern.compile("res_blocks\\.(\\d{1,9})\\..*");
  private static final int NAMED = 3; // of those that are missing

  private FieldImport() {}

  /** A spelling of the names in a file: what stands before them, and the blocks there are. */
  private record Spelling(String before, int blocks, List<String> missing, int expected) {
    static Spelling of(String before, Collection<String> names, int blocks) {
      Set<String> expected = names(blocks);
      return new Spelling(
          before,
          blocks,
          expected.stream().filter(name -> !names.contains(before + name)).toList(),
          expected.size());
    }

    boolean complete() {
      return missing.isEmpty();
    }

    int found() {
      return expected - missing.size();
    }

    String shown() {
      return "'" + before + "…'";
    }
  }

  /**
   * Reads a field, the frequencies of its sinusoids among the rest: those of a field that was
   * trained in half width are rounded.
   *
   * @param from a file of {@code torch.save} or of safetensors, an index of several, or a directory
   * @param model that the field is for
   * @param config the published {@code flow_config.json}; without it the blocks are counted, and
   *     the field looks where the published ones do
   * @throws UserError when no field is there, it is there twice, or it is for another model
   */
  public static FlowField read(Path from, ModelConfig model, Optional<Path> config) {
    Optional<FieldSettings> given = config.map(FlowConfigFile::settings);
    try (TensorFiles files = TensorFiles.open(from)) {
      Spelling spelling = spelling(files, given);
      return FlowField.of(
          model,
          given.orElseGet(() -> FieldSettings.of(spelling.blocks)),
          files.from(),
          name -> files.tensor(spelling.before + name));
    }
  }

  private static Spelling spelling(TensorFiles files, Optional<FieldSettings> given) {
    List<Spelling> tried =
        PREFIXES.stream()
            .map(before -> {
              int counted = blocks(files, before);
              refuseOther(files.from(), before, counted, given);
              return Spelling.of(
                  before,
                  files.names(),
                  given.map(FieldSettings::numLayersFlow).orElse(Math.max(1, counted)));
            })
            .toList();
    List<Spelling> complete = tried.stream().filter(Spelling::complete).toList();
    if (complete.size() > 1) {
      throw new UserError(
          "%s: holds %d fields, %s; keep one of them"
              .formatted(
                  files.from(),
                  complete.size(),
                  complete.stream().map(Spelling::shown).collect(Collectors.joining(" and "))));
    }
    return complete.stream().findFirst().orElseThrow(() -> incomplete(files, tried));
  }

  private static UserError incomplete(TensorFiles files, List<Spelling> tried) {
    Spelling nearest = tried.stream().max(Comparator.comparingInt(Spelling::found)).orElseThrow();
    if (nearest.found() == 0) {
      return new UserError(
          "%s: holds no flow field: none of its %d tensors has a name such as %sinput_proj.weight"
              .formatted(files.from(), files.names().size(), PREFIXES.getFirst()));
    }
    List<String> missing = nearest.missing;
    return new UserError(
        "%s: the field %s is not whole: %d of %d tensors are missing (%s%s)"
            .formatted(
                files.from(),
                nearest.shown(),
                missing.size(),
                nearest.expected,
                String.join(", ", missing.subList(0, Math.min(NAMED, missing.size()))),
                missing.size() > NAMED ? ", …" : ""));
  }

  private static void refuseOther(
      Path from, String before, int counted, Optional<FieldSettings> given) {
    given
        .filter(settings -> counted > settings.numLayersFlow())
        .ifPresent(settings -> {
          throw new UserError(
              "%s: '%s…' has %d residual blocks, the config's num_layers_flow is %d; give the config that it was trained with"
                  .formatted(from, before, counted, settings.numLayersFlow()));
        });
  }

  private static int blocks(TensorFiles files, String before) {
    int blocks = 0;
    for (String name : files.names()) {
      Matcher matcher =
          BLOCK.matcher(name.startsWith(before) ? name.substring(before.length()) : "");
      if (matcher.matches()) {
        blocks = Math.max(blocks, Integer.parseInt(matcher.group(1)) + 1);
      }
    }
    try {
      FieldSettings.of(Math.max(1, blocks)); // refuses a number that no field has
    } catch (UserError e) {
      throw new UserError(
          "%s: '%sres_blocks.%d…' is no field's (%s)"
              .formatted(files.from(), before, blocks - 1, e.getMessage()),
          e);
    }
    return blocks;
  }

  /** The names do not depend on the width. */
  private static Set<String> names(int blocks) {
    try (VelocityNetwork narrow = new VelocityNetwork(1, blocks, 1e-6, 0)) {
      return new LinkedHashSet<>(narrow.state().keySet());
    }
  }
}

package io.braid.app.commands;

import io.braid.UserError;
import io.braid.checkpoint.ModelDirectory;
import io.braid.flow.FieldImport;
import io.braid.flow.FlowField;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid flow import}. */
@Command(
    name = "import",
    description =
        "Converts a published flow_model.bin, or a checkpoint that contains a model and its"
            + " field, to a flow field directory.")
final class FlowImportCommand extends BraidCommand {
  @Parameters(
      paramLabel = "FILE",
      description =
          "A file written by torch.save, a .safetensors file, the .index.json of several files, or"
              + " their directory.")
  private Path file = Path.of("");

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model directory that the field belongs to.")
  private Path model = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The directory to write.")
  private Path out = Path.of("");

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The published flow_config.json (default: the blocks are counted, and the field reads the"
              + " same layers as the published fields).")
  private Optional<Path> config = Optional.empty();

  @Override
  public Integer call() {
    if (Files.exists(out)) {
      throw new UserError(out + ": already exists; give another directory with --out");
    }
    try (FlowField field = FieldImport.read(file, ModelDirectory.open(model).config(), config)) {
      field.save(out);
      int blocks = field.settings().numLayersFlow();
      String layers =
          field.layers().stream().map(String::valueOf).collect(Collectors.joining(", "));
      say(
          String.format(
              Locale.ROOT,
              "%d residual blocks, width %d, %,d parameters, after layers %s → %s",
              blocks,
              field.width(),
              field.size(),
              layers,
              out));
      ObjectNode object = JsonMapper.shared().createObjectNode();
      object.put("num_layers_flow", blocks).put("hidden_size", field.width());
      object.put("parameters", field.size()).put("field", out.toString());
      field.layers().forEach(object.putArray("layers")::add);
      answer(object);
    }
    return 0;
  }
}

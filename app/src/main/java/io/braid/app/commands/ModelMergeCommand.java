package io.braid.app.commands;

import io.braid.UserError;
import io.braid.checkpoint.AdapterFiles;
import io.braid.checkpoint.ModelDirectory;
import io.braid.checkpoint.ModelWriter;
import io.braid.model.Transformer;
import io.braid.tensor.DType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code braid model merge}. */
@Command(
    name = "merge",
    description = "Merges a LoRA adapter in PEFT's format into a copy of its model, in float32.")
final class ModelMergeCommand extends BraidCommand {
  @Parameters(paramLabel = "ADAPTER", description = "The directory with adapter_config.json.")
  private Path adapter = Path.of("");

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model directory that the adapter was trained for.")
  private Path model = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The model directory to write; it must not exist.")
  private Path out = Path.of("");

  @Override
  public Integer call() {
    if (Files.exists(out)) {
      throw new UserError(out + ": already exists; give another --out, or delete it");
    }
    ModelDirectory directory = ModelDirectory.open(model);
    try (Transformer merged = directory.load(Optional.of(DType.FLOAT32))) {
      AdapterFiles.apply(adapter, merged, model);
      ModelWriter.save(out, merged, directory);
      say("%s matrices merged → %s".formatted(merged.adapters().size(), out));
      answer(
          JsonMapper.shared()
              .createObjectNode()
              .put("matrices", merged.adapters().size())
              .put("model", out.toString()));
    }
    return 0;
  }
}

package io.braid.app.commands;

import io.braid.UserError;
import io.braid.gguf.GgufFile;
import io.braid.gguf.GgufImport;
import io.braid.gguf.GgufType;
import io.braid.input.Precision;
import io.braid.tensor.DType;
import io.braid.train.TrainingMemory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code braid model import}. */
@Command(name = "import", description = "Converts a GGUF file to a model directory.")
final class ModelImportCommand extends BraidCommand {
  @Parameters(paramLabel = "FILE", description = "A .gguf file.")
  private Path file = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The model directory to write; it must not exist.")
  private Path out = Path.of("");

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description =
          "float32 or bfloat16 (default: bfloat16 if all matrices have this type, otherwise"
              + " float32).")
  private Optional<Precision> dtype = Optional.empty();

  @Option(
      names = "--tokenizer",
      paramLabel = "DIR",
      description =
          "Use the tokenizer of this directory instead of the file's; its tokens must be the same.")
  private Optional<Path> tokenizer = Optional.empty();

  @Override
  public Integer call() {
    if (Files.exists(out)) {
      throw new UserError(out + ": already exists; give another --out, or delete it");
    }
    try (GgufFile opened = GgufFile.open(file)) {
      GgufImport model = GgufImport.of(opened, tokenizer);
      DType held = dtype.map(Precision::dtype).orElseGet(model::usualType);
      model.write(out, held);
      long parameters = TrainingMemory.parameters(model.config());
      String type = held.name().toLowerCase(Locale.ROOT);
      say(
          String.format(
              Locale.ROOT,
              "%s, %,d parameters, stored as %s → %s in %s",
              model.config().family().title(),
              parameters,
              types(model.types()),
              type,
              out));
      answer(
          JsonMapper.shared()
              .createObjectNode()
              .put("family", model.config().family().type())
              .put("parameters", parameters)
              .put("dtype", type)
              .put("model", out.toString()));
    }
    return 0;
  }

  /** Formats the number of tensors of each type: {@code 210 Q4_1, 61 F32}. */
  static String types(Map<GgufType, Long> types) {
    return types.entrySet().stream()
        .map(each -> each.getValue() + " " + each.getKey())
        .collect(Collectors.joining(", "));
  }
}

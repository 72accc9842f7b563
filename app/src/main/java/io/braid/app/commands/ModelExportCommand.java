package io.braid.app.commands;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.gguf.GgufExport;
import io.braid.gguf.GgufType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code braid model export}. */
@Command(
    name = "export",
    description = "Writes a model directory as a GGUF file, for llama.cpp and Ollama.")
final class ModelExportCommand extends BraidCommand {
  @Parameters(paramLabel = "DIR", description = "A model directory.")
  private Path model = Path.of("");

  /** The output formats. */
  enum Format {
    GGUF
  }

  @Option(
      names = "--format",
      defaultValue = "gguf",
      description = "The format: gguf (default: ${DEFAULT-VALUE}).")
  private Format format = Format.GGUF;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Type of the matrices: f32, f16, bf16 or q8_0 (default: their stored type).")
  private Optional<String> type = Optional.empty();

  @Option(
      names = "--tokenizer",
      paramLabel = "FILE",
      description =
          "Copy the tokenizer of this GGUF file, such as the one that the model was imported from;"
              + " its tokens must be the same.")
  private Optional<Path> tokenizer = Optional.empty();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The .gguf file to write; it must not exist.")
  private Path out = Path.of("");

  @Override
  public Integer call() {
    if (Files.exists(out)) {
      throw new UserError(out + ": already exists; give another --out, or delete it");
    }
    GgufType written = GgufExport.write(model, out, type.map(GgufExport::type), tokenizer);
    long bytes = size();
    say(
        String.format(
            Locale.ROOT, "matrices as %s, %.1f MB → %s", written.word(), bytes / 1e6, out));
    answer(
        JsonMapper.shared()
            .createObjectNode()
            .put("format", format.name().toLowerCase(Locale.ROOT))
            .put("type", written.word())
            .put("bytes", bytes)
            .put("file", out.toString()));
    return 0;
  }

  private long size() {
    try {
      return Files.size(out);
    } catch (IOException e) {
      throw FileError.reading(out, e);
    }
  }
}

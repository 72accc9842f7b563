package io.braid.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The small checkpoints written by parity/models.py. */
final class GoldenModels {
  static final List<String> NAMES =
      List.of(
          "llama",
          "llama3-rope",
          "qwen2",
          "qwen2-bf16",
          "qwen2-fp16",
          "qwen3",
          "mistral",
          "smollm3",
          "gemma3",
          "gemma3-bf16");

  private GoldenModels() {}

  static Path path(String name) {
    return Path.of("src/test/resources/io/braid/checkpoint/models").resolve(name);
  }

  /** Copies a checkpoint, so that a test can damage it. */
  static Path copy(String name, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(path(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(String.valueOf(file.getFileName())));
      }
    }
    return to;
  }
}

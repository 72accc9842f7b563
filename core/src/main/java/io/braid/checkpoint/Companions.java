package io.braid.checkpoint;

import io.braid.FileError;
import io.braid.UserError;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The files of a model directory that are copied along with its weights: the tokenizer, the chat
 * templates, the processor config, the licence and the readme.
 */
final class Companions {
  /** Subdirectory in which transformers keeps all chat templates other than the default one. */
  private static final String MORE_TEMPLATES = "additional_chat_templates";

  private static final Pattern NAMES =
      Pattern.compile(
          String.join(
              "|",
              "(?i:licen[cs]e|copying|notice|readme|use_policy|model_card)([-_.].*)?",
              "(tokenizer|special_tokens_map|added_tokens|vocab|tekken|chat_template).*\\.json",
              "(vocab|merges)\\.txt",
              ".*\\.(tiktoken|jinja|py)",
              "(tokenizer|spiece|sentencepiece.*|spm)\\.model",
              "([a-z_]+_)?(pre)?processor_config\\.json",
              Pattern.quote(ModelDirectory.GENERATION)));

  private Companions() {}

  /**
   * Reads the files, keyed by name in a fixed order.
   *
   * @throws UserError if one cannot be read or is not a regular file
   */
  static Map<String, byte[]> read(Path directory) {
    Map<String, byte[]> companions = new TreeMap<>();
    add(directory, "", companions);
    Path templates = directory.resolve(MORE_TEMPLATES);
    if (Files.isDirectory(templates)) {
      add(templates, MORE_TEMPLATES + "/", companions);
    }
    return companions;
  }

  private static void add(Path directory, String prefix, Map<String, byte[]> companions) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (NAMES.matcher(name).matches() && !Files.isDirectory(file) && JsonFile.isThere(file)) {
          companions.put(prefix + name, JsonFile.bytes(file));
        }
      }
    } catch (IOException e) {
      throw FileError.reading(directory, e);
    }
  }
}

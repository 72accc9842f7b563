package io.braid.task.records;

import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Which data files a directory consists of. What its descriptions name is not trusted. */
final class RecordDirectory {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String STATE = "state.json";
  private static final String SPLITS = "dataset_dict.json";
  private static final Set<String> DESCRIPTIONS = Set.of(STATE, SPLITS, "dataset_info.json");
  private static final long LARGEST_DESCRIPTION = 16 << 20;

  private RecordDirectory() {}

  /** At least one file, in order. */
  static List<Path> files(Path directory) {
    if (Files.isRegularFile(directory.resolve(SPLITS))) {
      return files(onlySplit(directory));
    }
    return Files.isRegularFile(directory.resolve(STATE)) ? saved(directory) : shards(directory);
  }

  private static Path onlySplit(Path directory) {
    List<String> splits =
        described(directory.resolve(SPLITS))
            .path("splits")
            .valueStream()
            .map(JsonNode::asString)
            .toList();
    if (splits.size() != 1) {
      throw new UserError(
          "%s has the splits %s; give one of them, such as %s"
              .formatted(
                  directory,
                  String.join(", ", splits),
                  directory.resolve(splits.isEmpty() ? "train" : name(directory, splits.get(0)))));
    }
    Path split = directory.resolve(name(directory, splits.getFirst()));
    if (!Files.isRegularFile(split.resolve(STATE))) {
      throw new UserError("%s has no %s; the data set is not whole".formatted(split, STATE));
    }
    return split;
  }

  /** What {@code Dataset.save_to_disk} wrote. */
  private static List<Path> saved(Path directory) {
    List<Path> files = new ArrayList<>();
    for (JsonNode file : described(directory.resolve(STATE)).path("_data_files")) {
      Path part = directory.resolve(name(directory, file.path("filename").asString("")));
      if (!Files.isRegularFile(part)) {
        throw new UserError("%s is missing; the data set is not whole".formatted(part));
      }
      files.add(part);
    }
    if (files.isEmpty()) {
      throw new UserError("%s names no data files".formatted(directory.resolve(STATE)));
    }
    return files;
  }

  private static String name(Path directory, String name) {
    if (name.isBlank() || !name.matches("[^/\\\\\\x00]+") || name.matches("\\.+")) {
      throw new UserError(
          "%s names a file '%s', which is no file name; it is damaged".formatted(directory, name));
    }
    return name;
  }

  private static JsonNode described(Path file) {
    try {
      if (Files.size(file) > LARGEST_DESCRIPTION) {
        throw new UserError("%s is too large for a description".formatted(file));
      }
      return MAPPER.readTree(Files.readString(file));
    } catch (IOException | JacksonException e) {
      throw new UserError("%s cannot be read as JSON".formatted(file), e);
    }
  }

  /** Data files side by side; all of one kind, so that nothing else is taken for data. */
  private static List<Path> shards(Path directory) {
    List<Path> shards;
    try (Stream<Path> all = Files.list(directory)) {
      shards =
          all.filter(Files::isRegularFile)
              .filter(file -> RecordFile.isNamed(file.getFileName().toString()))
              .filter(file -> !DESCRIPTIONS.contains(file.getFileName().toString()))
              .sorted()
              .toList();
    } catch (IOException e) {
      throw new UserError("%s cannot be listed: %s".formatted(directory, e.getMessage()), e);
    }
    List<String> kinds = shards.stream().map(RecordDirectory::kind).distinct().toList();
    if (kinds.size() != 1) {
      throw new UserError(
          kinds.isEmpty()
              ? "%s is a directory without data files; give a file".formatted(directory)
              : "%s has files of several kinds (%s); give one file, or a directory of one kind"
                  .formatted(directory, String.join(", ", kinds)));
    }
    return shards;
  }

  private static String kind(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
    return name.substring(name.lastIndexOf('.'));
  }
}

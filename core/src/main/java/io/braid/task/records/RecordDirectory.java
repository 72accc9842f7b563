package io.braid.task.records;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.task.records.RecordFile.Found;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Finds the data files of a directory. The file names in its descriptions are not trusted. */
final class RecordDirectory {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String STATE = "state.json";
  private static final String SPLITS = "dataset_dict.json";
  private static final Set<String> DESCRIPTIONS =
      Set.of(STATE, SPLITS, "dataset_info.json", "dataset_infos.json");
  private static final long LARGEST_DESCRIPTION = 16 << 20;
  private static final int DEEPEST = 4;
  private static final int MOST_FILES = 100_000;

  private RecordDirectory() {}

  /**
   * Returns at least one file, in order, all of the same split.
   *
   * @param asked the requested split; required if there are several
   */
  static Found files(Path directory, Optional<String> asked) {
    if (Files.isRegularFile(directory.resolve(SPLITS))) {
      return described(directory, asked);
    }
    if (!Files.isRegularFile(directory.resolve(STATE))) {
      return inside(directory, asked);
    }
    Optional<String> own =
        SplitNames.ofDirectory(String.valueOf(directory.toAbsolutePath().getFileName()));
    if (asked.isPresent() && !own.equals(asked.map(SplitNames::canonical))) {
      throw noSuch(directory, asked.get(), own.stream().toList());
    }
    return new Found(saved(directory), own);
  }

  /** Finds the files of a split written by {@code DatasetDict.save_to_disk}. */
  private static Found described(Path directory, Optional<String> asked) {
    List<String> splits =
        described(directory.resolve(SPLITS))
            .path("splits")
            .valueStream()
            .map(JsonNode::asString)
            .toList();
    String name = chosen(directory, splits, asked);
    Path split = directory.resolve(name(directory, name));
    if (!Files.isRegularFile(split.resolve(STATE))) {
      throw new UserError("%s has no %s; the data set is incomplete".formatted(split, STATE));
    }
    return new Found(saved(split), Optional.of(SplitNames.canonical(name)));
  }

  private static String chosen(Path directory, List<String> splits, Optional<String> asked) {
    if (asked.isEmpty() && splits.size() == 1) {
      return splits.getFirst();
    }
    if (asked.isEmpty()) {
      throw new UserError(
          "%s has the splits %s; choose one with split: %s, or --split on the command line"
              .formatted(
                  directory,
                  String.join(", ", splits),
                  splits.isEmpty() || splits.contains("train") ? "train" : splits.getFirst()));
    }
    String wanted = SplitNames.canonical(asked.get());
    return splits.stream()
        .filter(split -> split.equals(asked.get()) || SplitNames.canonical(split).equals(wanted))
        .findFirst()
        .orElseThrow(() -> noSuch(directory, asked.get(), splits));
  }

  private static UserError noSuch(Path directory, String asked, List<String> splits) {
    return new UserError(
        splits.isEmpty()
            ? "split: %s was requested from %s, whose file names give no splits; leave split out"
                .formatted(asked, directory)
            : "split: %s has no split '%s'; it has %s"
                .formatted(directory, asked, String.join(", ", splits)));
  }

  /** Finds the files written by {@code Dataset.save_to_disk}. */
  private static List<Path> saved(Path directory) {
    List<Path> files = new ArrayList<>();
    for (JsonNode file : described(directory.resolve(STATE)).path("_data_files")) {
      Path part = directory.resolve(name(directory, file.path("filename").asString("")));
      if (!Files.isRegularFile(part)) {
        throw new UserError("%s is missing; the data set is incomplete".formatted(part));
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
          "%s names a file '%s', which is not a valid file name; the data set is damaged"
              .formatted(directory, name));
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

  /** Finds the data files in a directory or, if there are none, in its subdirectories. */
  private static Found inside(Path directory, Optional<String> asked) {
    List<Path> all = listed(directory, 1);
    if (all.isEmpty()) {
      all = listed(directory, DEEPEST);
    }
    if (all.isEmpty()) {
      throw new UserError("%s is a directory without data files; give a file".formatted(directory));
    }
    Map<String, List<Path>> splits = new TreeMap<>();
    List<Path> none = new ArrayList<>();
    for (Path file : all) {
      SplitNames.of(file)
          .or(() -> byDirectory(directory, file))
          .ifPresentOrElse(
              split -> splits.computeIfAbsent(split, _ -> new ArrayList<>()).add(file),
              () -> none.add(file));
    }
    if (splits.isEmpty() && asked.isEmpty()) {
      return new Found(ofOneKind(directory, none), Optional.empty());
    }
    if (asked.isEmpty() && !none.isEmpty()) {
      throw new UserError(
          "%s has the splits %s, and files whose names give no split (%s); choose one with split: %s, or give a file"
              .formatted(
                  directory,
                  String.join(", ", splits.keySet()),
                  directory.relativize(none.getFirst()),
                  splits.keySet().iterator().next()));
    }
    String split = chosen(directory, List.copyOf(splits.keySet()), asked);
    List<Path> files = splits.getOrDefault(split, List.of());
    refuseConfigurations(directory, files);
    return new Found(ofOneKind(directory, files), Optional.of(split));
  }

  private static List<Path> listed(Path directory, int depth) {
    try (Stream<Path> all = Files.walk(directory, depth)) {
      return all.filter(file -> RecordFile.isNamed(String.valueOf(file.getFileName())))
          .filter(file -> !DESCRIPTIONS.contains(file.getFileName().toString()))
          .filter(file -> !isHidden(directory.relativize(file)))
          .filter(Files::isRegularFile)
          .limit(MOST_FILES)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw FileError.cannotBe("listed", directory, e);
    } catch (UncheckedIOException e) {
      throw FileError.cannotBe("listed", directory, FileError.cause(e));
    }
  }

  private static boolean isHidden(Path inside) {
    return StreamSupport.stream(inside.spliterator(), false)
        .anyMatch(part -> part.toString().startsWith("."));
  }

  private static Optional<String> byDirectory(Path directory, Path file) {
    return between(directory, file)
        .flatMap(name -> SplitNames.ofDirectory(name).stream())
        .findFirst();
  }

  /** Returns the names of the directories between a directory and a file, innermost first. */
  private static Stream<String> between(Path directory, Path file) {
    List<String> names = new ArrayList<>();
    directory.relativize(file).forEach(part -> names.addFirst(part.toString()));
    return names.stream().skip(1);
  }

  /**
   * Rejects files from several configurations, because these are separate data sets ({@code main,
   * socratic}).
   */
  private static void refuseConfigurations(Path directory, List<Path> files) {
    List<String> configurations =
        files.stream()
            .map(file ->
                between(directory, file)
                    .filter(name -> !name.equals("data") && SplitNames.ofDirectory(name).isEmpty())
                    .findFirst()
                    .orElse(""))
            .distinct()
            .toList();
    if (configurations.size() > 1) {
      throw new UserError(
          "%s has several data sets: %s; give one of these directories"
              .formatted(directory, String.join(", ", configurations)));
    }
  }

  /** Rejects files of several kinds, so that other files are not mistaken for data. */
  private static List<Path> ofOneKind(Path directory, List<Path> files) {
    List<String> kinds = files.stream().map(RecordDirectory::kind).distinct().toList();
    if (kinds.size() != 1) {
      throw new UserError(
          "%s has files of several kinds (%s); give one file, or a directory of one kind"
              .formatted(directory, String.join(", ", kinds)));
    }
    return files;
  }

  /** Returns the file's extension, without a compression suffix. */
  static String kind(Path file) {
    String name =
        file.getFileName().toString().toLowerCase(Locale.ROOT).replaceFirst("\\.(gz|zst)$", "");
    return name.substring(name.lastIndexOf('.'));
  }
}

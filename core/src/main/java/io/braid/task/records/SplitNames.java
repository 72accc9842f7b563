package io.braid.task.records;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Determines the split of a file from its name, following Hugging Face's {@code datasets}: {@code
 * train-00000-of-00001.parquet}, {@code gsm8k_test.jsonl}, {@code validation/0000.parquet}.
 */
public final class SplitNames {
  /** The training split. */
  public static final String TRAIN = "train";

  /** The split for choosing settings. */
  public static final String VALIDATION = "validation";

  /** The split for reported results. */
  public static final String TEST = "test";

  private static final Map<String, List<String>> WORDS =
      Map.of(
          TRAIN, List.of("train", "training"),
          VALIDATION, List.of("validation", "valid", "val", "dev"),
          TEST, List.of("test", "testing", "eval", "evaluation"));

  /**
   * The order in which the words in a name are tried. A name with {@code train} is a training set,
   * regardless of the other words in it.
   */
  private static final List<String> ORDER = List.of(TRAIN, VALIDATION, TEST);

  private static final Pattern BETWEEN = Pattern.compile("[^A-Za-z]+|(?<=[a-z])(?=[A-Z])");
  private static final Pattern SHARD = Pattern.compile("(.+)-\\d{5}-of-\\d{5}");
  private static final Pattern PLAIN_SHARD =
      Pattern.compile("(?i)(part|data|shard|chunk|file)?[-_.]?\\d*(-of-\\d+)?");

  private SplitNames() {}

  /**
   * Returns the split in a file's name; for a plain shard name ({@code 0000.parquet}), the split in
   * its directory's name.
   */
  public static Optional<String> of(Path file) {
    String name = String.valueOf(file.getFileName());
    String stem =
        name.replaceFirst("(?i)\\.(jsonl|json|csv|tsv|parquet|arrow)(\\.gz|\\.zst)?$", "");
    Optional<String> named = ofName(stem);
    if (named.isPresent()) {
      return named;
    }
    Matcher shard = SHARD.matcher(stem);
    if (shard.matches() && !shard.group(1).equalsIgnoreCase("data")) {
      return Optional.of(shard.group(1));
    }
    Path parent = file.toAbsolutePath().normalize().getParent();
    return parent != null && parent.getFileName() != null && PLAIN_SHARD.matcher(stem).matches()
        ? ofDirectory(parent.getFileName().toString())
        : Optional.empty();
  }

  /** Returns the split in a directory's name: {@code test}, {@code partial-train}. */
  static Optional<String> ofDirectory(String name) {
    String word = name.toLowerCase(Locale.ROOT).replaceFirst("^partial-", "");
    return isWord(word) ? Optional.of(canonical(word)) : Optional.empty();
  }

  private static Optional<String> ofName(String stem) {
    List<String> words =
        Arrays.stream(BETWEEN.split(stem)).map(word -> word.toLowerCase(Locale.ROOT)).toList();
    return ORDER.stream()
        .filter(split -> WORDS.getOrDefault(split, List.of()).stream().anyMatch(words::contains))
        .findFirst();
  }

  /** Returns whether a word names one of the usual splits. */
  static boolean isWord(String word) {
    return ORDER.contains(canonical(word));
  }

  /** Returns the usual name of a split: {@code validation} for {@code dev}. */
  public static String canonical(String word) {
    String lower = word.strip().toLowerCase(Locale.ROOT);
    return WORDS.entrySet().stream()
        .filter(split -> split.getValue().contains(lower))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(word.strip());
  }
}

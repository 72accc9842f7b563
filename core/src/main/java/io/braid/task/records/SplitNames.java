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
 * Which split of a data set a file is, by its name, as Hugging Face's {@code datasets} names them:
 * {@code train-00000-of-00001.parquet}, {@code gsm8k_test.jsonl}, {@code validation/0000.parquet}.
 */
public final class SplitNames {
  /** What is learned from. */
  public static final String TRAIN = "train";

  /** What settings are chosen by. */
  public static final String VALIDATION = "validation";

  /** What is reported on. */
  public static final String TEST = "test";

  private static final Map<String, List<String>> WORDS =
      Map.of(
          TRAIN, List.of("train", "training"),
          VALIDATION, List.of("validation", "valid", "val", "dev"),
          TEST, List.of("test", "testing", "eval", "evaluation"));

  /** A name that says train is a training set, whatever else it says. */
  private static final List<String> ORDER = List.of(TRAIN, VALIDATION, TEST);

  private static final Pattern BETWEEN = Pattern.compile("[^A-Za-z]+|(?<=[a-z])(?=[A-Z])");
  private static final Pattern SHARD = Pattern.compile("(.+)-\\d{5}-of-\\d{5}");
  private static final Pattern MERE_SHARD =
      Pattern.compile("(?i)(part|data|shard|chunk|file)?[-_.]?\\d*(-of-\\d+)?");

  private SplitNames() {}

  /** The split that a file's name says; of a mere shard ({@code 0000.parquet}), its directory's. */
  public static Optional<String> of(Path file) {
    String name = String.valueOf(file.getFileName());
    String stem =
        name.replaceFirst("(?i)\\.(jsonl|json|csv|tsv|parquet|arrow)(\\.gz|\\.zst)?$", "");
    Optional<String> said = ofName(stem);
    if (said.isPresent()) {
      return said;
    }
    Matcher shard = SHARD.matcher(stem);
    if (shard.matches() && !shard.group(1).equalsIgnoreCase("data")) {
      return Optional.of(shard.group(1));
    }
    Path parent = file.toAbsolutePath().normalize().getParent();
    return parent != null && parent.getFileName() != null && MERE_SHARD.matcher(stem).matches()
        ? ofDirectory(parent.getFileName().toString())
        : Optional.empty();
  }

  /** The split that a directory is called after: {@code test}, {@code partial-train}. */
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

  /** Whether a word names one of the usual splits. */
  static boolean isWord(String word) {
    return ORDER.contains(canonical(word));
  }

  /** The usual name of a split: {@code dev} is {@code validation}. */
  public static String canonical(String word) {
    String lower = word.strip().toLowerCase(Locale.ROOT);
    return WORDS.entrySet().stream()
        .filter(split -> split.getValue().contains(lower))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(word.strip());
  }
}

package io.braid.task.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The n-grams in a text: all sequences of n consecutive words, in lower case and without
 * punctuation. Text with fewer than n words has a single n-gram of all its words.
 */
final class Grams {
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");

  private Grams() {}

  /** Returns one n-gram per starting position, possibly with duplicates; none for an empty text. */
  static List<String> of(List<String> words, int n) {
    int length = Math.min(n, words.size());
    List<String> grams = new ArrayList<>();
    for (int start = 0; length > 0 && start + length <= words.size(); start++) {
      grams.add(String.join(" ", words.subList(start, start + length)));
    }
    return grams;
  }

  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text.toLowerCase(Locale.ROOT));
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }
}

package io.braid.task.inspect;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * The common phrasing of a suite's problems, such as "Please solve the programming task below …".
 * Words that many problems share do not identify any of them.
 */
final class Phrases {
  /** Number of consecutive words in a phrase. */
  static final int WORDS = 8;

  /** Consecutive words are a phrase if more than this number of problems contain them. */
  static final int COMMON = 5;

  private final int length;
  private final Map<String, Integer> problems = new HashMap<>();

  /** Collects the phrases of a suite's problems; phrases are no longer than n words. */
  Phrases(List<List<String>> suite, int n) {
    this.length = Math.min(n, WORDS);
    for (List<String> words : suite) {
      new HashSet<>(Grams.of(words, length)).forEach(gram -> problems.merge(gram, 1, Integer::sum));
    }
  }

  /** Returns the positions of a problem's words that belong to a phrase. */
  BitSet in(List<String> words) {
    BitSet covered = new BitSet(words.size());
    if (words.size() < length) {
      return covered;
    }
    List<String> grams = Grams.of(words, length);
    for (int start = 0; start < grams.size(); start++) {
      if (problems.getOrDefault(grams.get(start), 0) > COMMON) {
        covered.set(start, start + length);
      }
    }
    return covered;
  }
}

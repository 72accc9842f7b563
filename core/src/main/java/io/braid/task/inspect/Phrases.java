package io.braid.task.inspect;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * How a suite words its problems: what it says in many of them ("Please solve the programming task
 * below …") tells nothing about any one.
 */
final class Phrases {
  /** Words in a row that are a phrase. */
  static final int WORDS = 8;

  /** More problems than this make words in a row a phrase. */
  static final int COMMON = 5;

  private final int length;
  private final Map<String, Integer> problems = new HashMap<>();

  /** The phrases of a suite's problems; n-grams shorter than a phrase are phrases themselves. */
  Phrases(List<List<String>> suite, int n) {
    this.length = Math.min(n, WORDS);
    for (List<String> words : suite) {
      new HashSet<>(Grams.of(words, length)).forEach(gram -> problems.merge(gram, 1, Integer::sum));
    }
  }

  /** Which words of a problem belong to a phrase. */
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

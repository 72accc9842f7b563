package io.braid.math.read;

import java.util.List;
import java.util.Set;

/**
 * Words that never occur in the name of a counted thing. After a number, they deny it, offer an
 * alternative, set a condition or continue the calculation.
 */
final class NounWords {
  private static final WordLists LISTS = WordLists.of(NounWords.class);

  private static final Set<String> DENYING = LISTS.set("NounWords.DENYING");

  private static final Set<String> OFFERING = LISTS.set("NounWords.OFFERING");

  private static final Set<String> CONDITIONS = LISTS.set("NounWords.CONDITIONS");

  /** Words that turn the number before them into a different number. */
  private static final Set<String> CALCULATING = LISTS.set("NounWords.CALCULATING");

  private static final String DENYING_SIGNS = "不没非否错";

  private NounWords() {}

  /** Returns whether the text contains no Chinese character that denies. */
  static boolean affirms(String text) {
    return text.chars().noneMatch(c -> DENYING_SIGNS.indexOf(c) >= 0);
  }

  /** Returns whether the words after a number leave its value unchanged. */
  static boolean areClean(List<String> words) {
    boolean measured = words.size() > 1 && Units.isUnit(words.getFirst()); // cm squared
    return words.stream()
            .noneMatch(word ->
                DENYING.contains(word)
                    || OFFERING.contains(word)
                    || CONDITIONS.contains(word)
                    || WordText.isNumber(word))
        && (measured || words.isEmpty() || words.stream().noneMatch(CALCULATING::contains));
  }
}

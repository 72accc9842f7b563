package io.braid.verify.code;

import io.braid.task.FinalAnswer;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The program in a response: the last complete code block in backquotes that says Python or
 * nothing, or else what stands in {@code <answer>} tags, or else the whole text. What stands before
 * {@code </think>} is not looked at.
 *
 * @param code the program
 * @param marked whether it is said to be one; a text that is not may be no program at all
 */
record ProgramText(String code, boolean marked) {
  private static final int LONGEST = 1 << 18;
  private static final String FENCE = "```";
  private static final String THOUGHT = "</think>";
  private static final Set<String> PYTHON = Set.of("", "python", "python3", "py");

  /** Empty when there is none, or one of more than 262,144 characters. */
  static Optional<ProgramText> of(String response) {
    int thought = response.lastIndexOf(THOUGHT);
    String text = thought < 0 ? response : response.substring(thought + THOUGHT.length());
    return found(text)
        .filter(each -> !each.code.isBlank())
        .filter(each -> each.code.length() <= LONGEST);
  }

  private static Optional<ProgramText> found(String text) {
    Optional<String> block = lastBlock(text);
    if (block.isPresent()) {
      return Optional.of(new ProgramText(block.get(), true));
    }
    Optional<String> tagged = FinalAnswer.tagged(text);
    return Optional.of(new ProgramText(tagged.orElse(text), tagged.isPresent()));
  }

  /** Fences are lines that begin with three backquotes; one pass over the text. */
  private static Optional<String> lastBlock(String text) {
    Optional<String> last = Optional.empty();
    boolean open = false;
    boolean python = false;
    int start = 0;
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf('\n', at);
      int next = end < 0 ? text.length() : end + 1;
      String line = text.substring(at, end < 0 ? text.length() : end).strip();
      if (line.startsWith(FENCE)) {
        String language = line.substring(FENCE.length()).strip();
        if (!open || !language.isEmpty()) {
          open = true;
          python = PYTHON.contains(language.toLowerCase(Locale.ROOT));
          start = next;
        } else {
          if (python) {
            last = Optional.of(text.substring(start, at));
          }
          open = false;
        }
      }
      at = next;
    }
    return last;
  }

  /** Equal for programs that differ in comments, empty lines and spaces between words only. */
  String key() {
    return ProgramKey.of(code);
  }
}

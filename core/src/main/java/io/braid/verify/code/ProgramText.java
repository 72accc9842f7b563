package io.braid.verify.code;

import io.braid.math.find.FinalAnswer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The program in a response. It is the first of the following that exists: the last closed Python
 * block; the last closed block without a language that looks like a program; the content of {@code
 * <answer>} tags; an unclosed block; the whole text. A block that only calls what an earlier block
 * defines is an example of use and is skipped. Text before {@code </think>} is ignored.
 *
 * @param code the program
 * @param marked whether a block or tags mark the text as a program; unmarked text may not be a
 *     program
 */
record ProgramText(String code, boolean marked) {
  private static final int LONGEST = 1 << 18;
  private static final String THOUGHT = "</think>";
  private static final Set<String> PYTHON =
      Set.of("python", "python2", "python3", "py", "py3", "python-3", "cpython", "pypy", "pypy3");

  private static final Pattern DEFINITION =
      Pattern.compile("(?m)^(?:async[ \\t]+)?(?:def|class)[ \\t]+(\\w+)");

  private static final Pattern NAME = Pattern.compile("\\b[A-Za-z_]\\w*(?=\\s{0,4}\\()");

  /** A line that occurs in programs but not in their output. */
  private static final Pattern STATEMENT =
      Pattern.compile(
          "(?m)^["
              + " \\t]*(?:(?:def|class|import|from|for|while|if|with|return|try|async|lambda|print|assert|@\\w)\\b.*[:(\\w]|[A-Za-z_][\\w.]*(?:["
              + " \\t]*,[ \\t]*\\w+)*[ \\t]*[-+*/]?=[^=])");

  /** Finds the program; empty if there is none or if it has more than 262,144 characters. */
  static Optional<ProgramText> of(String response) {
    int thought = response.lastIndexOf(THOUGHT);
    String text = thought < 0 ? response : response.substring(thought + THOUGHT.length());
    return found(text)
        .filter(each -> !each.code.isBlank())
        .filter(each -> each.code.length() <= LONGEST);
  }

  private static Optional<ProgramText> found(String text) {
    List<CodeBlocks.Block> blocks = CodeBlocks.of(text);
    Optional<String> closed =
        last(blocks, block -> block.closed() && isPython(block))
            .or(() -> last(blocks, block -> block.closed() && isUnnamed(block)));
    if (closed.isPresent()) {
      return closed.map(code -> new ProgramText(code, true));
    }
    Optional<String> tagged = FinalAnswer.tagged(text);
    Optional<String> marked =
        tagged.or(() -> last(blocks, block -> isPython(block) || isUnnamed(block)));
    return Optional.of(new ProgramText(marked.orElse(text), marked.isPresent()));
  }

  private static boolean isPython(CodeBlocks.Block block) {
    return PYTHON.contains(block.language());
  }

  /** Returns whether the block names no language. */
  private static boolean isUnnamed(CodeBlocks.Block block) {
    return block.language().isEmpty();
  }

  /**
   * Returns the last matching block that is a program and not an example of use or, if there is
   * none, the last matching block.
   */
  private static Optional<String> last(
      List<CodeBlocks.Block> all, Predicate<CodeBlocks.Block> wanted) {
    List<String> blocks =
        all.stream().filter(wanted).map(CodeBlocks.Block::code).filter(c -> !c.isBlank()).toList();
    for (int i = blocks.size() - 1; i >= 0; i--) {
      String code = blocks.get(i);
      if (isProgram(code) && !isExample(code, blocks.subList(0, i))) {
        return Optional.of(code);
      }
    }
    return blocks.isEmpty() ? Optional.empty() : Optional.of(blocks.getLast());
  }

  private static boolean isProgram(String code) {
    return !code.stripLeading().startsWith(">>>") && STATEMENT.matcher(code).find();
  }

  /** Returns whether the code defines nothing and calls what an earlier block defines. */
  private static boolean isExample(String code, List<String> before) {
    if (DEFINITION.matcher(code).find()) {
      return false;
    }
    Set<String> defined = new HashSet<>();
    for (String earlier : before) {
      Matcher definition = DEFINITION.matcher(earlier);
      while (definition.find()) {
        defined.add(definition.group(1));
      }
    }
    return NAME.matcher(code).results().anyMatch(name -> defined.contains(name.group()));
  }

  /** Returns a key that is the same for programs that differ only in comments and spacing. */
  String key() {
    return ProgramKey.of(code);
  }
}

package io.braid.verify.code;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the code blocks in Markdown text, which are fenced with backquotes or tildes and may be
 * inside lists.
 */
final class CodeBlocks {
  /** A fence and its info string, after spaces, quotation marks and a list marker. */
  private static final Pattern FENCE =
      Pattern.compile(
          "((?:[ \\t]{0,20}>)?[ \\t]{0,40}(?:(?:[-*+]|\\d{1,3}[.)])["
              + " \\t]{1,4})?)(`{3,}|~{3,})([^`]*)");

  /**
   * The language in info strings such as {@code python}, {@code {.python .numberLines}} and {@code
   * py title="a"}.
   */
  private static final Pattern LANGUAGE =
      Pattern.compile("[ \\t]*\\{?[ \\t]*\\.?([A-Za-z0-9+#_-]*)");

  private final String text;
  private final List<Block> blocks = new ArrayList<>();
  private Optional<Open> open = Optional.empty();

  /**
   * A code block.
   *
   * @param language language of the opening fence in lower case, or empty
   * @param code content of the block, without the indentation of its fence
   * @param closed whether the block has a closing fence
   */
  record Block(String language, String code, boolean closed) {}

  /** A block whose closing fence has not been read yet. */
  private record Open(String fence, int indentation, String language, int start) {}

  private CodeBlocks(String text) {
    this.text = text;
  }

  /** Returns all blocks in order; the last may be unclosed. Reads the text once. */
  static List<Block> of(String text) {
    CodeBlocks reader = new CodeBlocks(text);
    reader.read();
    return reader.blocks;
  }

  private void read() {
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf('\n', at);
      int next = end < 0 ? text.length() : end + 1;
      Matcher fence =
          FENCE.matcher(text.substring(at, end < 0 ? text.length() : end).stripTrailing());
      if (fence.matches()) {
        fence(fence, at, next);
      }
      at = next;
    }
    open.ifPresent(block -> add(block, text.length(), false));
  }

  private void fence(Matcher fence, int at, int next) {
    String signs = fence.group(2);
    boolean plain = fence.group(3).isBlank();
    boolean same = open.filter(o -> o.fence().charAt(0) == signs.charAt(0)).isPresent();
    boolean inside = open.isPresent() && (!same || signs.length() < open.get().fence().length());
    if (inside) {
      return;
    }
    if (open.isPresent() && plain) {
      add(open.get(), at, true);
      open = Optional.empty();
      return;
    }
    // A second opening fence means that the first block was never closed.
    Matcher language = LANGUAGE.matcher(fence.group(3));
    String name = language.lookingAt() ? language.group(1).toLowerCase(Locale.ROOT) : "";
    open = Optional.of(new Open(signs, fence.group(1).length(), name, next));
  }

  private void add(Open block, int end, boolean closed) {
    String code = text.substring(block.start(), end);
    blocks.add(new Block(block.language(), dedented(code, block.indentation()), closed));
  }

  /** Removes the fence's indentation from each line, or as much of it as the line has. */
  private static String dedented(String code, int indentation) {
    if (indentation == 0) {
      return code;
    }
    StringBuilder dedented = new StringBuilder(code.length());
    int at = 0;
    while (at < code.length()) {
      int end = code.indexOf('\n', at);
      int next = end < 0 ? code.length() : end + 1;
      int from = at;
      while (from < next && from - at < indentation && " \t>".indexOf(code.charAt(from)) >= 0) {
        from++;
      }
      dedented.append(code, from, next);
      at = next;
    }
    return dedented.toString();
  }
}

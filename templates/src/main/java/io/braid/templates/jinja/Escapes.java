package io.braid.templates.jinja;

/** Resolves the escapes in a string according to Python's rules. */
final class Escapes {
  private Escapes() {}

  static String undo(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder meaning = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i++);
      if (c != '\\') {
        meaning.append(c);
        continue;
      }
      char code = text.charAt(i++);
      switch (code) {
        case '\n' -> {}
        case '\\', '\'', '"' -> meaning.append(code);
        case 'n' -> meaning.append('\n');
        case 'r' -> meaning.append('\r');
        case 't' -> meaning.append('\t');
        case 'a' -> meaning.append('\u0007');
        case 'b' -> meaning.append('\b');
        case 'f' -> meaning.append('\f');
        case 'v' -> meaning.append('\u000b');
        case 'x' -> i = number(text, i, 2, meaning);
        case 'u' -> i = number(text, i, 4, meaning);
        case 'U' -> i = number(text, i, 8, meaning);
        case 'N' -> throw new Refusal("a character by its name, '\\N', is not supported");
        case '0', '1', '2', '3', '4', '5', '6', '7' -> i = octal(text, i - 1, meaning);
        // Python keeps the backslash of an escape that it does not know.
        default -> meaning.append('\\').append(code);
      }
    }
    return meaning.toString();
  }

  private static int number(String text, int from, int length, StringBuilder meaning) {
    int to = Math.min(text.length(), from + length);
    String digits = text.substring(from, to);
    if (digits.length() < length || !digits.matches("[0-9a-fA-F]+")) {
      throw new Refusal("an escape in a string lacks its " + length + " digits");
    }
    long code = Long.parseLong(digits, 16);
    if (code > Character.MAX_CODE_POINT) {
      throw new Refusal("an escape in a string stands for no character: " + digits);
    }
    meaning.appendCodePoint((int) code);
    return to;
  }

  private static int octal(String text, int from, StringBuilder meaning) {
    int to = from;
    while (to < text.length() && to < from + 3 && "01234567".indexOf(text.charAt(to)) >= 0) {
      to++;
    }
    meaning.appendCodePoint(Integer.parseInt(text.substring(from, to), 8));
    return to;
  }
}

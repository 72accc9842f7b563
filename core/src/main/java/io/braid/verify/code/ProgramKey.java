package io.braid.verify.code;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes a key for a Python program that ignores comments, empty lines and spacing. */
final class ProgramKey {
  private static final int BYTES = 12;

  private final String code;
  private final StringBuilder kept = new StringBuilder();
  private int at;

  private ProgramKey(String code) {
    this.code = code;
  }

  static String of(String code) {
    try {
      byte[] text = new ProgramKey(code).stripped().getBytes(StandardCharsets.UTF_8);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);
      return HexFormat.of().formatHex(hash, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the text without comments and spacing; indentation and all line breaks are kept. */
  private String stripped() {
    while (at < code.length()) {
      char next = code.charAt(at);
      switch (next) {
        case '#' -> skipTo('\n');
        case '"', '\'' -> string(next);
        case '\n' -> lineEnd();
        case ' ', '\t', '\r', '\f' -> space();
        default -> {
          kept.append(next);
          at++;
        }
      }
    }
    return kept.toString().stripTrailing();
  }

  private void skipTo(char end) {
    int found = code.indexOf(end, at);
    at = found < 0 ? code.length() : found;
  }

  private void string(char quote) {
    String three = String.valueOf(quote).repeat(3);
    String end = code.startsWith(three, at) ? three : String.valueOf(quote);
    int from = at;
    at += end.length();
    while (at < code.length() && !code.startsWith(end, at)) {
      at += code.charAt(at) == '\\' ? 2 : 1;
    }
    at = Math.min(code.length(), at + end.length());
    kept.append(code, from, at);
  }

  private void lineEnd() {
    int end = kept.length();
    while (end > 0 && kept.charAt(end - 1) == ' ') {
      end--;
    }
    kept.setLength(end);
    if (end > 0 && kept.charAt(end - 1) != '\n') {
      kept.append('\n');
    }
    at++;
  }

  private void space() {
    int from = at;
    while (at < code.length() && " \t\r\f".indexOf(code.charAt(at)) >= 0) {
      at++;
    }
    boolean lineStart = kept.isEmpty() || kept.charAt(kept.length() - 1) == '\n';
    if (lineStart) {
      kept.repeat(' ', at - from);
    } else if (isWord(kept.charAt(kept.length() - 1))
        && at < code.length()
        && isWord(code.charAt(at))) {
      kept.append(' ');
    }
  }

  private static boolean isWord(char character) {
    return Character.isLetterOrDigit(character) || character == '_';
  }
}

package io.braid.task.records;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.Optional;

/** Reads lines up to a maximum length, so that a line without an end cannot exhaust memory. */
final class BoundedLines {
  private final BufferedReader reader;
  private final int longest;

  BoundedLines(BufferedReader reader, int longest) {
    this.reader = reader;
    this.longest = longest;
  }

  /** Returns the next line without its line break; empty at the end of the text. */
  Optional<String> next() throws IOException {
    int c = reader.read();
    if (c < 0) {
      return Optional.empty();
    }
    StringBuilder line = new StringBuilder();
    while (c >= 0 && c != '\n') {
      if (line.length() == longest) {
        throw new IOException("a line has more than %,d characters".formatted(longest));
      }
      line.append((char) c);
      c = reader.read();
    }
    if (!line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
      line.setLength(line.length() - 1);
    }
    return Optional.of(line.toString());
  }
}

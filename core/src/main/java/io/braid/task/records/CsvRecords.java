package io.braid.task.records;

import io.braid.UserError;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a file of separated values in the format of RFC 4180. The first row names the columns; a
 * quoted value may contain separators, line breaks and doubled quotes. Every value is text; an
 * empty value without quotes is missing.
 */
final class CsvRecords {
  private static final char QUOTE = '"';
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final int MOST_COLUMNS = 10_000;

  /** A value, and whether it was quoted. */
  private record Cell(String text, boolean quoted) {}

  private final Path file;
  private final BufferedReader reader;
  private Optional<Character> separator;
  private int line = 1;
  private int next;

  private CsvRecords(Path file, BufferedReader reader, Optional<Character> separator)
      throws IOException {
    this.file = file;
    this.reader = reader;
    this.separator = separator;
    next = reader.read();
    if (next == BYTE_ORDER_MARK) {
      next = reader.read();
    }
  }

  /**
   * Reads a file.
   *
   * @param separator the separator; if absent, it is detected from the first row
   */
  static void read(Path file, Optional<Character> separator, Consumer<DataRecord> to) {
    TextFile.read(file, reader -> new CsvRecords(file, reader, separator).read(to));
  }

  private void read(Consumer<DataRecord> to) throws IOException {
    if (separator.isEmpty()) {
      separator = Optional.of(usual());
    }
    Optional<List<Cell>> header = row();
    if (header.isEmpty()) {
      return;
    }
    List<String> names = names(header.get());
    int start = line;
    for (Optional<List<Cell>> row = row(); row.isPresent(); row = row()) {
      List<Cell> cells = row.get();
      if (cells.size() > 1 || !cells.getFirst().text.isEmpty()) {
        to.accept(record(names, cells, file + " line " + start));
      }
      start = line;
    }
  }

  /** Detects the separator from the first row: a comma, otherwise a semicolon or a tab. */
  private char usual() throws IOException {
    if (next < 0) {
      return ',';
    }
    reader.mark(1 << 15);
    char[] head = new char[1 << 14];
    int length = Math.max(0, reader.read(head));
    reader.reset();
    String first = (char) next + new String(head, 0, length).split("\\R", 2)[0];
    if (first.indexOf(',') >= 0) {
      return ',';
    }
    return first.indexOf(';') >= 0 ? ';' : first.indexOf('\t') >= 0 ? '\t' : ',';
  }

  private List<String> names(List<Cell> header) {
    Set<String> seen = new HashSet<>();
    List<String> names = new ArrayList<>();
    for (Cell cell : header) {
      String name = cell.text.strip();
      if (!name.isEmpty() && !seen.add(name)) {
        throw new UserError(
            "%s line 1: two columns are named '%s'; rename one of them".formatted(file, name));
      }
      names.add(name);
    }
    if (seen.isEmpty()) {
      throw new UserError(
          "%s line 1 names no columns; write for example question,answer".formatted(file));
    }
    return names;
  }

  private DataRecord record(List<String> names, List<Cell> cells, String where) {
    if (cells.size() != names.size()) {
      throw new UserError(
          "%s has %d values, but the first row names %d columns; quote values that contain separators or line breaks"
              .formatted(where, cells.size(), names.size()));
    }
    ObjectNode record = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < names.size(); i++) {
      Cell cell = cells.get(i);
      if (names.get(i).isEmpty()) {
        continue; // the index column written by pandas
      }
      if (cell.text.isEmpty() && !cell.quoted) {
        record.putNull(names.get(i));
      } else {
        record.put(names.get(i), cell.text);
      }
    }
    return new DataRecord(where, record);
  }

  /** Reads the next row; empty at the end of the file. */
  private Optional<List<Cell>> row() throws IOException {
    if (next < 0) {
      return Optional.empty();
    }
    List<Cell> cells = new ArrayList<>();
    while (true) {
      cells.add(next == QUOTE ? quoted(cells.size() + 1) : plain());
      if (cells.size() > MOST_COLUMNS) {
        throw new UserError(
            "%s line %d has more than %,d values".formatted(file, line, MOST_COLUMNS));
      }
      if (next != separator()) {
        break;
      }
      next = reader.read();
    }
    if (next == '\r') {
      next = reader.read();
    }
    if (next == '\n') {
      line++;
      next = reader.read();
    }
    return Optional.of(cells);
  }

  private char separator() {
    return separator.orElse(',');
  }

  private boolean ends() {
    return next < 0 || next == '\n' || next == '\r' || next == separator();
  }

  private Cell plain() throws IOException {
    StringBuilder text = new StringBuilder();
    while (!ends()) {
      append(text);
    }
    return new Cell(text.toString(), false);
  }

  private Cell quoted(int column) throws IOException {
    int start = line;
    StringBuilder text = new StringBuilder();
    next = reader.read();
    while (true) {
      if (next < 0) {
        throw new UserError(
            "%s line %d, column %d: a quote is opened but not closed; close it"
                .formatted(file, start, column));
      }
      if (next == QUOTE) {
        next = reader.read();
        if (next != QUOTE) {
          break;
        }
      }
      line += next == '\n' ? 1 : 0;
      append(text);
    }
    if (!ends()) {
      throw new UserError(
          "%s line %d, column %d: text follows a closing quote; double the quotes inside quoted values"
              .formatted(file, line, column));
    }
    return new Cell(text.toString(), true);
  }

  private void append(StringBuilder text) throws IOException {
    if (text.length() == JsonText.LONGEST) {
      throw new IOException("a value has more than %,d characters".formatted(JsonText.LONGEST));
    }
    text.append((char) next);
    next = reader.read();
  }
}

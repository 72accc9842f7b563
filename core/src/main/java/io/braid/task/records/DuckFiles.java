package io.braid.task.records;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What reading files by DuckDB has in common. */
final class DuckFiles {
  private static final Pattern PATTERN_MARK = Pattern.compile("[\\[*?]");

  private DuckFiles() {}

  /** Nothing is fetched from anywhere. */
  static void settle(Connection memory) throws SQLException {
    try (Statement settings = memory.createStatement()) {
      settings.execute("SET autoinstall_known_extensions = false");
    }
  }

  /** The path as a pattern that matches this path alone: DuckDB expands patterns in it. */
  static String literally(Path file) {
    return PATTERN_MARK
        .matcher(file.toAbsolutePath().toString())
        .replaceAll(mark -> Matcher.quoteReplacement("[" + mark.group() + "]"));
  }
}

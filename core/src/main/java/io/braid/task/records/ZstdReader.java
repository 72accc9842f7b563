package io.braid.task.records;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;

/**
 * The text of a file that zstd compressed. DuckDB expands it: it is asked for a table of one column
 * whose rows are the lines, so its separator is a control character that no such text holds.
 */
final class ZstdReader extends Reader {
  /** Characters of a line; DuckDB takes a multiple of it as memory. */
  private static final int LONGEST_LINE = 16 << 20;

  private static final String LINES =
      """
      SELECT line FROM read_csv(?, columns = {'line': 'VARCHAR'}, auto_detect = false,
        header = false, delim = chr(1), quote = '', escape = '', comment = '',
        compression = 'zstd', parallel = false, max_line_size = %s, strict_mode = false)
      """
          .formatted(LONGEST_LINE);

  private final Connection memory;
  private final PreparedStatement query;
  private final ResultSet rows;
  private String line = "";
  private int place;
  private long seen;

  private ZstdReader(Connection memory, PreparedStatement query, ResultSet rows) {
    super(memory);
    this.memory = memory;
    this.query = query;
    this.rows = rows;
  }

  static ZstdReader open(Path file) throws IOException {
    try {
      Connection memory = DriverManager.getConnection("jdbc:duckdb:");
      try {
        DuckFiles.settle(memory);
        PreparedStatement query = memory.prepareStatement(LINES);
        query.setString(1, DuckFiles.literally(file));
        return new ZstdReader(memory, query, query.executeQuery());
      } catch (SQLException e) {
        memory.close();
        throw e;
      }
    } catch (SQLException e) {
      throw damaged(e);
    }
  }

  @Override
  public int read(char[] into, int offset, int length) throws IOException {
    if (place == line.length() && !next()) {
      return -1;
    }
    int taken = Math.min(length, line.length() - place);
    line.getChars(place, place + taken, into, offset);
    place += taken;
    return taken;
  }

  private boolean next() throws IOException {
    try {
      if (!rows.next()) {
        return false;
      }
      String text = rows.getString(1); // an empty line is null
      line = (text == null ? "" : text) + "\n";
      place = 0;
      seen += line.length();
      if (seen > TextFile.LARGEST_EXPANDED) {
        throw new IOException(
            "it expands to more than %,d characters".formatted(TextFile.LARGEST_EXPANDED));
      }
      return true;
    } catch (SQLException e) {
      throw damaged(e);
    }
  }

  private static IOException damaged(SQLException e) {
    String said = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (said.contains("utf-8") || said.contains("utf8") || said.contains("unicode")) {
      CharacterCodingException coding = new CharacterCodingException();
      coding.initCause(e);
      return coding;
    }
    return new IOException(
        said.contains("line size") || said.contains("buffer_size")
            ? "a line has more than %,d characters; compress it by gzip".formatted(LONGEST_LINE)
            : "it is not zstd, or is damaged; copy or download it again",
        e);
  }

  @Override
  public void close() throws IOException {
    try (memory;
        query;
        rows) {
      line = "";
      place = 0;
    } catch (SQLException e) {
      throw new IOException("it cannot be closed", e);
    }
  }
}

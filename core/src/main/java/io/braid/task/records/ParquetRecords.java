package io.braid.task.records;

import io.braid.UserError;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/**
 * Records of a Parquet file, read by DuckDB. The path is a parameter; the name of a column enters
 * the SQL only where it holds float32, and quoted.
 *
 * <p>float32 is read by its shortest decimal text: as float64, 0.1 would be 0.10000000149011612.
 */
final class ParquetRecords {
  private static final String FILE = "read_parquet(?)";

  /** A type or a quoted name, of which only types are replaced. */
  private static final Pattern FLOAT = Pattern.compile("\"(?:[^\"]|\"\")*\"|\\bFLOAT\\b");

  private ParquetRecords() {}

  static void read(Path file, Consumer<DataRecord> to) {
    long count = 0;
    try (Connection memory = DriverManager.getConnection("jdbc:duckdb:")) {
      DuckFiles.settle(memory);
      String from = "SELECT to_json(r) FROM (SELECT *%s FROM %s) AS r";
      try (PreparedStatement query =
          memory.prepareStatement(from.formatted(replaced(memory, file), FILE))) {
        query.setString(1, DuckFiles.literally(file));
        try (ResultSet rows = query.executeQuery()) {
          while (rows.next()) {
            count++;
            String where = file + " row " + count;
            to.accept(JsonRecords.record(where, JsonText.MAPPER.readTree(rows.getString(1))));
          }
        }
      }
    } catch (SQLException e) {
      throw new UserError(
          "%s cannot be read as Parquet%s; it is damaged or of another kind: copy or download it again"
              .formatted(file, count > 0 ? " after row " + count : ""),
          e);
    } catch (JacksonException e) {
      throw new UserError(
          "%s row %d cannot be read: %s".formatted(file, count, JsonText.fault(e)), e);
    }
  }

  private static String replaced(Connection memory, Path file) throws SQLException {
    List<String> columns = new ArrayList<>();
    try (PreparedStatement query = memory.prepareStatement("DESCRIBE SELECT * FROM " + FILE)) {
      query.setString(1, DuckFiles.literally(file));
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          String name = "\"" + rows.getString("column_name").replace("\"", "\"\"") + "\"";
          String type = rows.getString("column_type");
          if (!with("DOUBLE", type).equals(type)) {
            columns.add(
                "CAST(CAST(%s AS %s) AS %s) AS %s"
                    .formatted(name, with("VARCHAR", type), with("DOUBLE", type), name));
          }
        }
      }
    }
    return columns.isEmpty() ? "" : " REPLACE (" + String.join(", ", columns) + ")";
  }

  private static String with(String number, String type) {
    return FLOAT
        .matcher(type)
        .replaceAll(found ->
            Matcher.quoteReplacement(found.group().startsWith("\"") ? found.group() : number));
  }
}

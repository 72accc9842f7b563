package io.braid.task.records;

import io.braid.UserError;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Records of a Parquet file, read by DuckDB. The path is a parameter, and no key enters the SQL.
 */
final class ParquetRecords {
  private static final JsonMapper MAPPER = new JsonMapper();

  private ParquetRecords() {}

  static void read(Path file, Consumer<DataRecord> to) {
    long count = 0;
    try (Connection memory = DriverManager.getConnection("jdbc:duckdb:")) {
      try (Statement settings = memory.createStatement()) {
        settings.execute("SET autoinstall_known_extensions = false");
      }
      try (PreparedStatement query =
          memory.prepareStatement("SELECT to_json(r) FROM read_parquet(?) AS r")) {
        query.setString(1, literally(file.toAbsolutePath().toString()));
        try (ResultSet rows = query.executeQuery()) {
          while (rows.next()) {
            count++;
            to.accept(
                JsonRecords.record(file + " row " + count, MAPPER.readTree(rows.getString(1))));
          }
        }
      }
    } catch (SQLException | JacksonException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new UserError("%s cannot be read as Parquet: %s".formatted(file, reason), e);
    }
  }

  /** The path as a pattern that matches this path alone: DuckDB expands patterns in it. */
  private static String literally(String path) {
    return path.replaceAll("[\\[*?]", "[$0]");
  }
}

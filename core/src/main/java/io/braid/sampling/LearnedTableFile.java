package io.braid.sampling;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The checkpoint file of a step's finished table that the curriculum has not yet observed. It holds
 * the rows in the format of {@link RolloutBatchFile} and the numeric columns below; columns that
 * users' classes define are not saved.
 */
final class LearnedTableFile {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String COLUMNS = "columns";

  /** The columns of doubles that are filled after the rollout. */
  static final List<Column<double[]>> DOUBLES =
      List.of(Column.REWARD, Column.TOKEN_REWARDS, Column.LOG_Z, Column.EXPECTED_REWARD);

  /** The columns of floats that are filled after the rollout. */
  static final List<Column<float[]>> FLOATS =
      List.of(
          Column.OLD_LOG_PROBS,
          Column.REF_LOG_PROBS,
          Column.VALUES,
          Column.ENTROPIES,
          Column.ADVANTAGES,
          Column.RETURNS,
          Column.IMPORTANCE_WEIGHTS);

  private LearnedTableFile() {}

  static void write(Path file, Trajectories t) {
    RolloutBatchFile.write(file, 0, new RolloutBatch(t, 0, SamplingStatistics.NOTHING));
    try {
      ObjectNode root = (ObjectNode) JSON.readTree(Files.readAllBytes(file));
      ObjectNode columns = root.putObject(COLUMNS);
      for (Column<double[]> column : DOUBLES) {
        t.find(column)
            .ifPresent(values -> {
              ArrayNode numbers = columns.putArray(column.name());
              for (double value : values) {
                numbers.add(value);
              }
            });
      }
      for (Column<float[]> column : FLOATS) {
        t.find(column)
            .ifPresent(values -> {
              ArrayNode numbers = columns.putArray(column.name());
              for (float value : values) {
                numbers.add(value);
              }
            });
      }
      Files.write(file, JSON.writeValueAsBytes(root));
    } catch (IOException e) {
      throw FileError.writing(file, e);
    }
  }

  /** Reads a table; its prompts come from the sampler's problems. */
  static Trajectories read(Path file, Sampler sampler) {
    Trajectories t = RolloutBatchFile.read(file, sampler).batch().trajectories();
    try {
      JsonNode columns = JSON.readTree(Files.readAllBytes(file)).required(COLUMNS);
      for (Column<double[]> column : DOUBLES) {
        if (columns.has(column.name())) {
          t = t.with(column, doubles(columns.required(column.name())));
        }
      }
      for (Column<float[]> column : FLOATS) {
        if (columns.has(column.name())) {
          t = t.with(column, floats(columns.required(column.name())));
        }
      }
      return t;
    } catch (IOException e) {
      throw FileError.reading(file, e);
    } catch (JacksonException | IllegalArgumentException e) {
      throw new UserError(
          "%s: cannot be read (%s); delete this checkpoint and resume from the one before"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static double[] doubles(JsonNode numbers) {
    return numbers.valueStream().mapToDouble(LearnedTableFile::number).toArray();
  }

  private static float[] floats(JsonNode numbers) {
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) number(numbers.required(i));
    }
    return values;
  }

  /**
   * Reads a number. JSON has no numbers for NaN and infinity, so Jackson writes them as strings.
   */
  private static double number(JsonNode node) {
    return node.isNumber() ? node.doubleValue() : Double.parseDouble(node.asString());
  }
}

package io.braid.run.eval;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.checkpoint.AtomicFile;
import io.braid.eval.Bootstrap;
import io.braid.eval.Evaluation;
import io.braid.eval.EvaluationMetrics;
import io.braid.eval.Interval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The results of an evaluation, benchmark by benchmark, as stored in its {@code evaluation.json}.
 *
 * @param model path or address of the model
 * @param suites results of each benchmark, by name
 */
public record EvaluationResults(String model, Map<String, EvaluationResult> suites) {
  private static final JsonMapper JSON = new JsonMapper();

  /** Seed of all bootstrap intervals; it is fixed, so that they are reproducible. */
  static final long BOOTSTRAP_SEED = 0;

  /** Copies the map. */
  public EvaluationResults {
    suites = Collections.unmodifiableMap(new LinkedHashMap<>(suites));
  }

  /** Returns the mean of a benchmark's metric with its 95 % interval over problems. */
  public static Interval interval(EvaluationResult result, String metric) {
    List<Double> values = result.values().get(metric);
    if (values == null) {
      throw new IllegalArgumentException("no metric " + metric + " in " + result.values().keySet());
    }
    return interval(values);
  }

  /** Returns the mean of values with its 95 % interval over them. */
  public static Interval interval(List<Double> values) {
    return new Bootstrap(BOOTSTRAP_SEED)
        .mean(new double[][] {values.stream().mapToDouble(Double::doubleValue).toArray()});
  }

  /** Returns the number of samples per problem of a benchmark: the largest k of its metrics. */
  public static int samples(EvaluationResult result) {
    return result.values().keySet().stream()
        .filter(EvaluationMetrics.AVG::covers)
        .mapToInt(name -> Integer.parseInt(name.substring(name.indexOf('@') + 1)))
        .max()
        .orElseThrow(() -> new IllegalArgumentException("no avg@k"));
  }

  /** Returns all metrics, the intervals for the main metrics, and the values for every problem. */
  public ObjectNode json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("model", model);
    root.put("bootstrap_resamples", Bootstrap.RESAMPLES);
    ObjectNode all = root.putObject("suites");
    suites.forEach((name, result) -> {
      ObjectNode suite = all.putObject(name);
      ObjectNode intervals = JSON.createObjectNode();
      for (String metric : main(result)) {
        Interval interval = interval(result, metric);
        intervals.putArray(metric).add(interval.low()).add(interval.high());
      }
      result
          .json()
          .properties()
          .forEach(entry -> {
            suite.set(entry.getKey(), entry.getValue());
            if (entry.getKey().equals("metrics")) {
              suite.set("intervals", intervals);
            }
          });
      suite.remove("training_seconds");
    });
    return root;
  }

  /**
   * Returns the names of {@code avg}, {@code pass} and {@code maj} at k = 1 and at the largest k,
   * if the result has them.
   */
  private static List<String> main(EvaluationResult result) {
    int samples = samples(result);
    return Stream.of(EvaluationMetrics.AVG, EvaluationMetrics.PASS, EvaluationMetrics.MAJ)
        .flatMap(metric ->
            Evaluation.sizes(samples).stream()
                .filter(k -> k == 1 || k == samples)
                .map(k -> metric.at(k).name()))
        .filter(result.values()::containsKey)
        .toList();
  }

  /** Writes the file atomically. */
  void write(Path file) {
    AtomicFile.write(file, JSON.writeValueAsString(json()) + "\n");
  }

  /**
   * Reads the results in an evaluation's directory.
   *
   * @throws UserError if the file is missing or malformed
   */
  public static EvaluationResults read(Path directory) {
    Path file = directory.resolve(SuiteEvaluation.RESULTS);
    if (!Files.exists(file)) {
      throw new UserError(
          directory
              + ": has no evaluation.json; give the --out of an eval; finish an interrupted one"
              + " with --resume");
    }
    try {
      JsonNode root = JSON.readTree(Files.readString(file));
      Map<String, EvaluationResult> suites = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> suite : root.required("suites").properties()) {
        EvaluationResult result = EvaluationResult.of(suite.getValue());
        samples(result);
        suites.put(suite.getKey(), result);
      }
      return new EvaluationResults(root.required("model").asString(), suites);
    } catch (IOException e) {
      throw FileError.reading(file, e);
    } catch (JacksonException | IllegalArgumentException e) {
      throw new UserError(
          file + ": does not hold an evaluation's results; write it again with eval --resume", e);
    }
  }
}

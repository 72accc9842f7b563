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
 * What an evaluation counted, benchmark by benchmark, as its {@code evaluation.json} keeps it.
 *
 * @param model where the model is
 * @param suites by name
 */
public record EvaluationResults(String model, Map<String, EvaluationResult> suites) {
  private static final JsonMapper JSON = new JsonMapper();

  /** Intervals are drawn by the same numbers everywhere, so that they can be made again. */
  static final long BOOTSTRAP_SEED = 0;

  /** Copies the map. */
  public EvaluationResults {
    suites = Collections.unmodifiableMap(new LinkedHashMap<>(suites));
  }

  /** The mean of a benchmark's metric with its 95 % interval over problems. */
  public static Interval interval(EvaluationResult result, String metric) {
    List<Double> values = result.values().get(metric);
    if (values == null) {
      throw new IllegalArgumentException("no metric " + metric + " in " + result.values().keySet());
    }
    return new Bootstrap(BOOTSTRAP_SEED)
        .mean(new double[][] {values.stream().mapToDouble(Double::doubleValue).toArray()});
  }

  /** How many samples every problem of a benchmark has: the largest k of its metrics. */
  public static int samples(EvaluationResult result) {
    return result.values().keySet().stream()
        .filter(EvaluationMetrics.AVG::covers)
        .mapToInt(name -> Integer.parseInt(name.substring(name.indexOf('@') + 1)))
        .max()
        .orElseThrow(() -> new IllegalArgumentException("no avg@k"));
  }

  /** The numbers, the intervals of the main ones, and every problem's. */
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

  /** {@code avg}, {@code pass} and {@code maj} of one and of all samples, where there are such. */
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

  /** Writes the file whole or not at all. */
  void write(Path file) {
    AtomicFile.write(file, JSON.writeValueAsString(json()) + "\n");
  }

  /**
   * Reads what an evaluation left in its directory.
   *
   * @throws UserError when it is not there or not such a file
   */
  public static EvaluationResults read(Path directory) {
    Path file = directory.resolve(SuiteEvaluation.RESULTS);
    if (!Files.exists(file)) {
      throw new UserError(
          directory
              + ": has no evaluation.json; give the --out of an eval, and finish one that was"
              + " broken off by --resume");
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
          file + ": does not hold an evaluation's results; eval --resume writes it again", e);
    }
  }
}

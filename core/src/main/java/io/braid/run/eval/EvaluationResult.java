package io.braid.run.eval;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.checkpoint.AtomicFile;
import io.braid.eval.Evaluation;
import io.braid.eval.Interval;
import io.braid.recipe.Recipe;
import io.braid.verify.VerdictMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The results of an evaluation, problem by problem, as stored in {@code evaluation.json}.
 *
 * @param evaluation settings of the evaluation, as YAML
 * @param seed sampling seed
 * @param trainingSeconds training time of the evaluated run, in seconds
 * @param problems ids of the problems
 * @param values values by metric, then by problem; {@code NaN} if a problem has no value
 * @param scores further scores of a suite by name: the values, from 0 to 1, of which the score is
 *     the mean, such as those of a category's problems
 * @param unjudged whether responses that need a judge count as wrong, because there is none
 */
public record EvaluationResult(
    String evaluation,
    long seed,
    double trainingSeconds,
    List<String> problems,
    Map<String, List<Double>> values,
    Map<String, List<Double>> scores,
    boolean unjudged) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String LENGTH_BEFORE = "length"; // what response_length was once called

  private static final class OlderMetrics extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
  }

  /** Creates a result without further scores. */
  public EvaluationResult(
      String evaluation,
      long seed,
      double trainingSeconds,
      List<String> problems,
      Map<String, List<Double>> values) {
    this(evaluation, seed, trainingSeconds, problems, values, Map.of(), /* unjudged= */ false);
  }

  /** Returns this result with further scores. */
  EvaluationResult scored(Map<String, List<Double>> further) {
    return new EvaluationResult(
        evaluation, seed, trainingSeconds, problems, values, further, unjudged);
  }

  /** Creates the result of an evaluation's report. */
  public static EvaluationResult of(
      EvaluationRecipe recipe, long seed, double trainingSeconds, Evaluation.Report report) {
    List<Map<String, Double>> byProblem =
        report.outcomes().stream().map(each -> each.metrics().byName()).toList();
    Set<String> names = new LinkedHashSet<>();
    byProblem.forEach(numbers -> names.addAll(numbers.keySet()));
    Map<String, List<Double>> values = new LinkedHashMap<>();
    for (String name : names) {
      double none = name.equals(VerdictMetrics.UNKNOWN_FRAC.name()) ? 0 : Double.NaN;
      values.put(
          name, byProblem.stream().map(numbers -> numbers.getOrDefault(name, none)).toList());
    }
    return new EvaluationResult(
        Recipe.toYaml(recipe),
        seed,
        trainingSeconds,
        report.outcomes().stream().map(outcome -> outcome.problem().id()).toList(),
        values,
        Map.of(),
        recipe.judge().filter(SuiteJudge::unjudged).isPresent());
  }

  /** Returns a metric's mean over the problems that have a value. */
  public double mean(String metric) {
    return values.getOrDefault(metric, List.of()).stream()
        .mapToDouble(Double::doubleValue)
        .filter(Double::isFinite)
        .average()
        .orElse(Double.NaN);
  }

  /** Writes the file atomically. */
  public void write(Path file) {
    AtomicFile.write(file, JSON.writeValueAsString(json()) + "\n");
  }

  /** Returns the content of the file. */
  ObjectNode json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("seed", seed);
    root.put("training_seconds", trainingSeconds);
    root.put("evaluation", evaluation);
    ObjectNode metrics = root.putObject("metrics");
    values.keySet().forEach(name -> metrics.put(name, mean(name)));
    ArrayNode ids = root.putArray("problems");
    problems.forEach(ids::add);
    ObjectNode byProblem = root.putObject("by_problem");
    if (unjudged) {
      root.put("unjudged", true);
    }
    if (!scores.isEmpty()) {
      ObjectNode all = root.putObject("scores");
      scores.forEach((name, numbers) -> {
        Interval interval = EvaluationResults.interval(numbers);
        ObjectNode score = all.putObject(name);
        score.put("mean", interval.mean());
        score.putArray("interval").add(interval.low()).add(interval.high());
        ArrayNode list = score.putArray("values");
        numbers.forEach(list::add);
      });
    }
    values.forEach((name, numbers) -> {
      ArrayNode list = byProblem.putArray(name);
      for (double number : numbers) {
        if (Double.isFinite(number)) {
          list.add(number);
        } else {
          list.addNull();
        }
      }
    });
    return root;
  }

  /**
   * Reads the file.
   *
   * @throws UserError if it cannot be read or does not hold results
   */
  public static EvaluationResult read(Path file) {
    try {
      return of(JSON.readTree(Files.readString(file)));
    } catch (IOException e) {
      throw FileError.reading(file, e);
    } catch (JacksonException | IllegalArgumentException e) {
      throw broken(file, e);
    }
  }

  /**
   * Parses the output of {@link #json}.
   *
   * @throws JacksonException or IllegalArgumentException if it is malformed
   */
  public static EvaluationResult of(JsonNode root) {
    List<String> problems = new ArrayList<>();
    root.required("problems").forEach(id -> problems.add(id.asString()));
    Map<String, List<Double>> values = new LinkedHashMap<>();
    if (root.required("by_problem").has(LENGTH_BEFORE)) {
      throw new OlderMetrics();
    }
    for (Map.Entry<String, JsonNode> metric : root.required("by_problem").properties()) {
      List<Double> numbers = new ArrayList<>();
      metric.getValue().forEach(number -> numbers.add(number.asDouble(Double.NaN)));
      if (numbers.size() != problems.size()) {
        throw new IllegalArgumentException(
            metric.getKey() + " does not have one number per problem");
      }
      values.put(metric.getKey(), numbers);
    }
    Map<String, List<Double>> scores = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> score : root.path("scores").properties()) {
      List<Double> numbers = new ArrayList<>();
      score.getValue().required("values").forEach(number -> numbers.add(number.asDouble()));
      if (numbers.isEmpty()) {
        throw new IllegalArgumentException("score '" + score.getKey() + "' has no values");
      }
      scores.put(score.getKey(), numbers);
    }
    return new EvaluationResult(
        root.required("evaluation").asString(),
        root.required("seed").asLong(),
        root.path("training_seconds").asDouble(0),
        problems,
        values,
        scores,
        root.path("unjudged").asBoolean(false));
  }

  private static UserError broken(Path file, RuntimeException cause) {
    return new UserError(
        "%s: %s; delete it, and --resume evaluates again"
            .formatted(
                file,
                cause instanceof OlderMetrics
                    ? "was written by an older version, whose metrics have other names"
                    : "does not hold an evaluation's results"),
        cause);
  }
}

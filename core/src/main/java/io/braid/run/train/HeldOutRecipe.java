package io.braid.run.train;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.Nearest;
import io.braid.SettingError;
import io.braid.eval.Evaluation;
import io.braid.eval.EvaluationMetrics;
import io.braid.input.FieldsRecipe;
import io.braid.task.Condition;
import io.braid.task.ProblemFields;
import io.braid.verify.VerifierSettings;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Settings of the evaluations on held-out problems during a training run. They do not change the
 * training.
 *
 * @param data the problems
 * @param fields keys of the question and the answer in a data file
 * @param where selects records of a data file
 * @param split the split of a data set
 * @param problems the number of problems to use, from the first
 * @param suites benchmarks, instead of data
 * @param suitesDirectory where the benchmarks' files are
 * @param everySteps steps between evaluations
 * @param atStart whether to evaluate before the first step too
 * @param prompt the prompt format
 * @param verifier how responses are judged
 * @param samples responses per problem
 * @param temperature the sampling temperature; 0 is greedy
 * @param topP the probability mass to keep
 * @param topK number of most likely tokens to keep; 0 keeps all
 * @param maxNewTokens maximum length of a response, in tokens
 * @param metric the metric by which models are compared
 * @param keepBest whether to keep the best model
 * @param patience number of evaluations without a better model that ends the run
 */
public record HeldOutRecipe(
    @Doc("The held-out problems: a data file or directory, or a generated task.")
        Optional<String> data,
    FieldsRecipe fields,
    @Doc("A filter of a file's records, such as {difficulty: '>=3'}.") @Default("{}")
        Map<String, Condition> where,
    @Doc("The split of a data set that has several; a generated task's is test by default.")
        Optional<String> split,
    @Doc("Use only this number of problems, from the first; by default all.")
        Optional<Integer> problems,
    @Doc("Benchmarks instead of data, such as [aime24, math500=my/math.json].") @Default("[]")
        List<String> suites,
    @Doc("The directory of the benchmarks' files, under their published names.") @Default("data")
        Path suitesDirectory,
    @Doc("Steps between evaluations; the last step is evaluated too.") @Default("50")
        int everySteps,
    @Doc("Evaluate before the first step too.") @Default("true") boolean atStart,
    @Doc("The prompt format; by default the run's for data, and a suite's own.")
        Optional<String> prompt,
    @Doc("How responses are judged; by default as the run does for data, and by rules for suites.")
        Optional<VerifierSettings> verifier,
    @Doc("Responses per problem.") @Default("1") int samples,
    @Doc("The sampling temperature; 0 is greedy decoding.") @Default("0.0") double temperature,
    @Doc("Nucleus sampling: the probability mass to keep; 1 keeps every token.") @Default("1.0")
        double topP,
    @Doc("How many of the most likely tokens to keep; 0 keeps every token.") @Default("0") int topK,
    @Doc("The longest response, in tokens; by default as in the run's rollouts.")
        Optional<Integer> maxNewTokens,
    @Doc("The metric that decides which model is best; by default avg@k of all samples.")
        Optional<String> metric,
    @Doc("Keep the best model so far in best/ of the run directory.") @Default("true")
        boolean keepBest,
    @Doc("End the run after this number of evaluations without a better model; by default never.")
        Optional<Integer> patience) {
  /** Checks what can be checked without the problems. */
  public HeldOutRecipe {
    suites = List.copyOf(suites);
    if (data.isPresent() == !suites.isEmpty()) {
      throw new SettingError(
          "data",
          data.isPresent()
              ? "cannot be combined with suites; remove one of them"
              : "missing; add 'data: FILE' or 'suites: [NAME]'");
    }
    if (!suites.isEmpty()
        && (split.isPresent() || !where.isEmpty() || !fields.fields().equals(ProblemFields.AUTO))) {
      throw new SettingError(
          "suites", "cannot be combined with fields, where or split; give such a file as data");
    }
    Check.atLeast("problems", problems, 1);
    Check.atLeast("every_steps", everySteps, 1);
    Check.atLeast("samples", samples, 1);
    Check.atLeast("temperature", temperature, 0);
    Check.atLeast("max_new_tokens", maxNewTokens, 1);
    Check.atLeast("patience", patience, 1);
    if (samples > 1 && temperature == 0) {
      throw new SettingError(
          "temperature",
          "0 is greedy decoding, so all %d samples of a problem would be equal; set temperature: 1.0, or samples: 1"
              .formatted(samples));
    }
    Set<String> known = metrics(suites, samples);
    metric.ifPresent(name -> {
      if (!known.contains(name)) {
        throw new SettingError(
            "metric",
            "no '%s'%s known: %s"
                .formatted(
                    name,
                    Nearest.to(name, known)
                        .map(near -> "; did you mean '" + near + "'?")
                        .orElse(";"),
                    String.join(", ", known)));
      }
    });
  }

  /** Returns the metrics that can decide which model is best: all are better if they are larger. */
  private static Set<String> metrics(List<String> suites, int samples) {
    Set<String> names = new LinkedHashSet<>();
    EvaluationMetrics.OF_SAMPLES.forEach(
        metric -> Evaluation.sizes(samples).forEach(k -> names.add(metric.at(k).name())));
    if (suites.size() > 1) {
      List<String> plain = List.copyOf(names);
      suites.forEach(
          suite -> plain.forEach(name -> names.add(suite.replaceFirst("=.*", "") + "_" + name)));
    }
    return names;
  }

  /** Returns the name of the metric that decides which model is best. */
  String decisive() {
    return metric.orElseGet(() -> EvaluationMetrics.AVG.at(samples).name());
  }
}

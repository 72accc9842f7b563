package io.braid.run.train;

import io.braid.FileError;
import io.braid.Metric;
import io.braid.MetricValues;
import io.braid.Seeds;
import io.braid.SettingError;
import io.braid.UserError;
import io.braid.checkpoint.AtomicDirectory;
import io.braid.eval.EvaluationMetrics;
import io.braid.eval.HeldOutMetrics;
import io.braid.eval.suite.SuiteFile;
import io.braid.input.DataRecipe;
import io.braid.input.LoadedModel;
import io.braid.input.PromptRecipe;
import io.braid.recipe.Recipe;
import io.braid.rollout.ResponseMetrics;
import io.braid.run.RunDirectory;
import io.braid.run.RunListener;
import io.braid.run.eval.Benchmark;
import io.braid.run.eval.EvaluationPlan;
import io.braid.run.eval.EvaluationRecipe;
import io.braid.run.eval.EvaluationResult;
import io.braid.run.eval.EvaluationResults;
import io.braid.run.eval.OpenModel;
import io.braid.run.eval.SuiteEvaluation;
import io.braid.task.CodeTests;
import io.braid.task.Countdown;
import io.braid.task.Problem;
import io.braid.task.Reference;
import io.braid.task.inspect.TrainingPrompts;
import io.braid.verify.Rule;
import io.braid.verify.VerifierSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Evaluates the policy of a run on held-out problems. Each evaluation has a directory with every
 * response and the results, as {@code braid eval} writes it. All evaluations of a run sample with
 * the same random numbers, which are not those of the training.
 */
final class HeldOut implements Evaluations.Evaluator {
  private static final String RESULTS = "eval_";

  private final HeldOutRecipe recipe;
  private final Run run;
  private final RunListener listener;
  private final List<Benchmark> benchmarks;

  /**
   * What the evaluations take from the run.
   *
   * @param directory the run's directory
   * @param model the policy
   * @param prompts how the run's questions become prompts
   * @param verifier how the run's responses are judged
   * @param maxNewTokens maximum length of the run's responses, in tokens; empty if it samples none
   * @param stop texts that end the run's responses
   * @param cacheBytes memory for keys and values, in bytes
   * @param today the date in the run's prompts, if they contain it
   * @param seed the run's seed
   */
  record Run(
      RunDirectory directory,
      LoadedModel model,
      PromptRecipe prompts,
      VerifierSettings verifier,
      Optional<Integer> maxNewTokens,
      List<String> stop,
      long cacheBytes,
      Optional<LocalDate> today,
      long seed) {
    OpenModel model(String place) {
      return new OpenModel(place, model, stop, cacheBytes, today);
    }
  }

  private HeldOut(HeldOutRecipe recipe, Run run, List<Benchmark> benchmarks, RunListener listener) {
    this.recipe = recipe;
    this.run = run;
    this.benchmarks = benchmarks;
    this.listener = listener;
  }

  /**
   * Reads the held-out problems, and checks that they can be asked and judged.
   *
   * @throws UserError if they cannot
   */
  static HeldOut read(HeldOutRecipe recipe, Run run, RunListener listener) {
    OpenModel model = run.model("");
    List<Benchmark> benchmarks =
        benchmarks(recipe, run, model).stream().map(each -> each.fitting(model)).toList();
    HeldOut heldOut = new HeldOut(recipe, run, benchmarks, listener);
    heldOut.check(model);
    return heldOut;
  }

  /**
   * Creates the evaluations of a run. Warns if held-out problems are in the training data too.
   *
   * @param training the prompts of the training data
   * @throws UserError if the held-out problems cannot be read, asked or judged
   */
  static Evaluations evaluations(
      HeldOutRecipe recipe,
      Run run,
      TrainedModel trained,
      TrainingPrompts training,
      RunListener listener) {
    HeldOut heldOut = read(recipe, run, listener);
    for (Benchmark each : heldOut.benchmarks) {
      training
          .with(each.problems())
          .ifPresent(overlap ->
              listener.notice("evaluation: " + overlap.warning(each.recipe().source().data())));
    }
    return new Evaluations(
        heldOut.settings(), heldOut, run.directory().best(), trained::savePart, listener);
  }

  private static List<Benchmark> benchmarks(HeldOutRecipe recipe, Run run, OpenModel model) {
    List<Benchmark> benchmarks = new ArrayList<>();
    for (SuiteFile found : suites(recipe)) {
      DataRecipe source = DataRecipe.of(found.file().toString());
      PromptRecipe own = prompts(run, recipe.prompt().orElse(model.prompt(found.suite().asking())));
      benchmarks.add(
          Benchmark.read(
              found.suite().name(),
              Optional.of(found.suite()),
              asked(
                  recipe,
                  source,
                  own,
                  recipe.verifier().orElse(Rule.LENIENT),
                  run.maxNewTokens())));
    }
    recipe
        .data()
        .ifPresent(data -> {
          DataRecipe source = new DataRecipe(data, recipe.fields(), recipe.where(), recipe.split());
          PromptRecipe prompts =
              recipe.prompt().map(name -> prompts(run, name)).orElse(run.prompts());
          benchmarks.add(
              Benchmark.read(
                  Benchmark.name(data),
                  Optional.empty(),
                  asked(
                      recipe,
                      source,
                      prompts,
                      recipe.verifier().orElse(run.verifier()),
                      run.maxNewTokens())));
        });
    return List.copyOf(benchmarks);
  }

  private static List<SuiteFile> suites(HeldOutRecipe recipe) {
    try {
      return SuiteFile.find(recipe.suites(), recipe.suitesDirectory());
    } catch (SettingError e) {
      throw e;
    } catch (UserError e) {
      throw new SettingError("evaluation.suites", String.valueOf(e.getMessage()));
    }
  }

  private static PromptRecipe prompts(Run run, String format) {
    return new PromptRecipe(format, run.prompts().addSpecialTokens(), run.prompts().asking());
  }

  private static EvaluationRecipe asked(
      HeldOutRecipe recipe,
      DataRecipe source,
      PromptRecipe prompts,
      VerifierSettings verifier,
      Optional<Integer> maxNewTokens) {
    return new EvaluationRecipe(
        source,
        recipe.problems(),
        prompts,
        verifier,
        recipe.samples(),
        recipe.temperature(),
        recipe.topP(),
        recipe.topK(),
        recipe.maxNewTokens().or(() -> maxNewTokens));
  }

  /** Finds what would end the run at its first evaluation. */
  private void check(OpenModel model) {
    for (Benchmark each : benchmarks) {
      model.responder(each.recipe(), each.mostTokens(), each.problems());
      if (recipe.verifier().isPresent()) {
        each.recipe().verifier().create().close(); // something that it needs may be missing
      }
    }
    refuse(
        EvaluationMetrics.COVERAGE,
        problem ->
            !(problem.reference() instanceof Countdown
                || problem.reference() instanceof Reference.OneOf),
        "the solutions of %s cannot be enumerated");
    refuse(
        EvaluationMetrics.MAJ,
        problem -> problem.reference() instanceof CodeTests,
        "%s is answered by a program, and programs have no majority");
  }

  private void refuse(Metric metric, Predicate<Problem> without, String reason) {
    String name = recipe.decisive();
    if (!metric.covers(name.substring(name.lastIndexOf('_') + 1))) {
      return;
    }
    benchmarks.stream()
        .flatMap(each -> each.problems().stream())
        .filter(without)
        .findFirst()
        .ifPresent(problem -> {
          throw new SettingError(
              "evaluation.metric",
              "there is no %s: %s; set evaluation.metric=%s"
                  .formatted(
                      name,
                      reason.formatted(problem.place()),
                      EvaluationMetrics.AVG.at(recipe.samples()).name()));
        });
  }

  /** Returns the schedule of these evaluations. */
  Evaluations.Settings settings() {
    Map<String, EvaluationRecipe> suites = new LinkedHashMap<>();
    benchmarks.forEach(each -> suites.put(each.name(), each.recipe()));
    return new Evaluations.Settings(
        recipe.everySteps(),
        recipe.atStart(),
        recipe.decisive(),
        recipe.keepBest(),
        recipe.patience(),
        recipe.decisive() + "\n" + Recipe.toYaml(new EvaluationPlan("", run.seed(), suites)));
  }

  @Override
  public Evaluations.Result evaluate(int step, BooleanSupplier stop) {
    Path out = run.directory().evaluation(step);
    long begun = System.nanoTime();
    SuiteEvaluation evaluation =
        new SuiteEvaluation(
            run.model(
                "%s after step %s"
                    .formatted(
                        String.valueOf(run.directory().root().toAbsolutePath().getFileName()),
                        step)),
            benchmarks,
            Seeds.derive(run.seed(), Seeds.Stream.EVALUATION, 1));
    boolean begunBefore = evaluation.isBegunIn(out);
    if (!begunBefore) {
      delete(out);
    }
    EvaluationResults results = evaluation.run(out, begunBefore, new Watch(stop));
    double seconds = (System.nanoTime() - begun) / 1e9;
    MetricValues metrics = metrics(results).put(HeldOutMetrics.SECONDS, seconds);
    Double value = metrics.byName().get(RESULTS + recipe.decisive());
    if (value == null) {
      throw new SettingError(
          "evaluation.metric", "the evaluation has no " + recipe.decisive() + "; set another one");
    }
    return new Evaluations.Result(value, metrics, summary(metrics, seconds));
  }

  /** Returns the metrics of a run: of each suite, if there are several, and the means over all. */
  private static MetricValues metrics(EvaluationResults results) {
    MetricValues metrics = new MetricValues();
    Set<String> names = new LinkedHashSet<>();
    results.suites().values().forEach(each -> names.addAll(each.values().keySet()));
    for (String name : names) {
      Optional<Metric> metric = HeldOutMetrics.of(name);
      List<EvaluationResult> having =
          results.suites().values().stream()
              .filter(each -> each.values().containsKey(name))
              .toList();
      if (metric.isPresent() && having.size() == results.suites().size()) {
        metrics.put(
            metric.get(),
            having.stream().mapToDouble(each -> each.mean(name)).average().orElseThrow());
      }
    }
    if (results.suites().size() > 1) {
      results
          .suites()
          .forEach((suite, result) -> {
            for (String name : result.values().keySet()) {
              HeldOutMetrics.of(name)
                  .ifPresent(metric -> metrics.put(metric.of(suite), result.mean(name)));
            }
          });
    }
    return metrics;
  }

  private String summary(MetricValues metrics, double seconds) {
    List<String> parts = new ArrayList<>();
    if (benchmarks.size() > 1) {
      Metric avg = HeldOutMetrics.AVG.at(recipe.samples());
      benchmarks.forEach(each ->
          parts.add(
              String.format(
                  Locale.ROOT, "%s %.4f", each.name(), metrics.get(avg.of(each.name())))));
    }
    parts.add(
        String.format(
            Locale.ROOT,
            "%s %.1f",
            ResponseMetrics.RESPONSE_LENGTH,
            metrics.get(HeldOutMetrics.RESPONSE_LENGTH)));
    parts.add(
        String.format(
            Locale.ROOT,
            "%s %.2f",
            ResponseMetrics.TRUNCATED_FRAC,
            metrics.get(HeldOutMetrics.TRUNCATED_FRAC)));
    if (metrics.has(HeldOutMetrics.UNKNOWN_FRAC)) {
      parts.add(
          String.format(
              Locale.ROOT,
              "%.1f %% of the responses could not be judged",
              100 * metrics.get(HeldOutMetrics.UNKNOWN_FRAC)));
    }
    parts.add(String.format(Locale.ROOT, "%d problems in %.0f s", count(), seconds));
    return String.join(" · ", parts);
  }

  private int count() {
    return benchmarks.stream().mapToInt(each -> each.problems().size()).sum();
  }

  /** Shows the progress of an evaluation and ends it when the process is asked to stop. */
  private final class Watch implements RunListener {
    private final BooleanSupplier stop;
    private int before; // problems of the finished benchmarks
    private int here;

    Watch(BooleanSupplier stop) {
      this.stop = stop;
    }

    @Override
    public void begins(String phase, int problems, int done) {
      before += here;
      here = problems;
      listener.evaluating(before + done, count());
    }

    @Override
    public void stepped(int done, MetricValues metrics) {
      listener.evaluating(before + done, count());
      if (stop.getAsBoolean() && before + done < count()) {
        throw new Evaluations.Stopped();
      }
    }

    @Override
    public void notice(String text) {
      // The run has listed the user's classes, and a finished evaluation is shown again silently.
    }

    @Override
    public void ends(String note) {}
  }

  @Override
  public void removeAfter(int step) {
    Path all = run.directory().evaluations();
    if (!Files.isDirectory(all)) {
      return;
    }
    try (Stream<Path> directories = Files.list(all)) {
      directories
          .filter(each -> String.valueOf(each.getFileName()).matches("step-\\d{1,9}"))
          .filter(each ->
              Integer.parseInt(String.valueOf(each.getFileName()).replace("step-", "")) > step)
          .forEach(HeldOut::delete);
    } catch (IOException e) {
      throw FileError.cannotBe("listed", all, e);
    }
  }

  private static void delete(Path directory) {
    try {
      AtomicDirectory.delete(directory);
    } catch (IOException e) {
      throw FileError.cannotBe("deleted", directory, e);
    }
  }
}

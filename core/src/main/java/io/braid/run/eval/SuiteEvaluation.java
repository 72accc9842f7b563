package io.braid.run.eval;

import io.braid.FileError;
import io.braid.MetricValues;
import io.braid.UserError;
import io.braid.checkpoint.AtomicFile;
import io.braid.eval.Evaluation;
import io.braid.eval.Outcome;
import io.braid.eval.Responder;
import io.braid.eval.codeforces.CodeforcesRating;
import io.braid.recipe.OwnClass;
import io.braid.recipe.Recipe;
import io.braid.run.RecordedRecipe;
import io.braid.run.RunDirectory;
import io.braid.run.RunListener;
import io.braid.task.CountdownSolver;
import io.braid.task.Problem;
import io.braid.verify.Submission;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Evaluates a model on benchmarks, one after another, and stores results in a directory so that an
 * interrupted evaluation can resume.
 *
 * <pre>
 * settings.yaml      the settings and benchmarks
 * records.jsonl      one problem per line, appended as it is finished
 * evaluation.json    the results, when all problems are finished
 * </pre>
 */
public final class SuiteEvaluation {
  static final String RESULTS = "evaluation.json";
  static final String SETTINGS = "settings.yaml";

  private final EvaluatedModel model;
  private final List<Benchmark> benchmarks;
  private final long seed;
  private final CountdownSolver solver = new CountdownSolver();

  /**
   * Creates an evaluation without sampling yet.
   *
   * @param model the model; the caller closes it
   * @param benchmarks the benchmarks, with distinct names
   * @param seed sampling seed; the same seed gives the same samples
   */
  public SuiteEvaluation(EvaluatedModel model, List<Benchmark> benchmarks, long seed) {
    this.model = model;
    this.benchmarks = List.copyOf(benchmarks);
    this.seed = seed;
  }

  /**
   * Evaluates the problems that have no record yet.
   *
   * @param out output directory
   * @param resume whether to continue the evaluation in the directory
   * @throws UserError for every error that the user can fix; finished problems are kept, so the
   *     evaluation can be resumed
   */
  public EvaluationResults run(Path out, boolean resume, RunListener listener) {
    try (RunDirectory directory = RunDirectory.create(out, resume)) {
      EvaluationPlan plan = plan();
      Path file = out.resolve(SETTINGS);
      if (resume) {
        refuseAnother(file, plan);
      }
      Path records = directory.root().resolve(EvaluationRecords.NAME);
      Map<String, Map<Integer, Outcome>> known = known(records);
      List<Part> parts = new ArrayList<>();
      try (JudgeModels judges = new JudgeModels()) {
        for (Benchmark benchmark : benchmarks) {
          parts.add(part(benchmark, known.getOrDefault(benchmark.name(), Map.of()), judges));
        }
        if (!resume) {
          AtomicFile.write(file, Recipe.toYaml(plan));
        }
        OwnClass.line(OwnClass.in(plan)).ifPresent(listener::notice);
        if (resume && parts.stream().allMatch(Part::isDone)) {
          listener.notice("the evaluation is already finished; showing its results again");
        }
        return run(parts, out, listener);
      } finally {
        parts.forEach(Part::close);
      }
    }
  }

  /**
   * Returns whether a directory contains an evaluation with these settings and benchmarks, finished
   * or not.
   *
   * @throws UserError if the directory cannot be read
   */
  public boolean isBegunIn(Path out) {
    Path file = out.resolve(SETTINGS);
    try {
      return Files.exists(file) && Files.readString(file).equals(Recipe.toYaml(plan()));
    } catch (IOException e) {
      throw FileError.reading(file, e);
    }
  }

  private EvaluationPlan plan() {
    Map<String, EvaluationRecipe> suites = new LinkedHashMap<>();
    benchmarks.forEach(each -> suites.put(each.name(), each.recipe()));
    return new EvaluationPlan(model.place(), seed, suites);
  }

  private static void refuseAnother(Path file, EvaluationPlan plan) {
    if (!Files.exists(file)) {
      throw new UserError(file + ": missing, so there is no evaluation to continue; check --out");
    }
    RecordedRecipe.refuseAnother(file, plan);
  }

  /** A benchmark that is ready to run. */
  private record Part(
      Benchmark benchmark,
      Map<Integer, Outcome> known,
      Optional<Responder> responder,
      Optional<Verifier> verifier)
      implements AutoCloseable {
    boolean isDone() {
      return known.size() == benchmark.problems().size();
    }

    @Override
    public void close() {
      verifier.ifPresent(Verifier::close);
    }
  }

  /**
   * Prepares a benchmark; if all its problems have records, this loads neither the model nor the
   * verifier.
   */
  private Part part(Benchmark benchmark, Map<Integer, Outcome> known, JudgeModels judges) {
    if (known.size() == benchmark.problems().size()) {
      return new Part(benchmark, known, Optional.empty(), Optional.empty());
    }
    EvaluationRecipe recipe = benchmark.recipe();
    Responder responder = model.responder(recipe, benchmark.mostTokens(), benchmark.problems());
    return new Part(
        benchmark, known, Optional.of(responder), Optional.of(benchmark.verifier(judges)));
  }

  private EvaluationResults run(List<Part> parts, Path out, RunListener listener) {
    Map<String, EvaluationResult> results = new LinkedHashMap<>();
    try (EvaluationRecords records = EvaluationRecords.open(out.resolve(EvaluationRecords.NAME))) {
      for (Part part : parts) {
        Evaluation.Report report = run(part, records, listener);
        results.put(part.benchmark().name(), part.benchmark().result(seed, report));
      }
    }
    EvaluationResults all = new EvaluationResults(model.place(), results);
    all.write(out.resolve(RESULTS));
    return all;
  }

  private Evaluation.Report run(Part part, EvaluationRecords records, RunListener listener) {
    String name = part.benchmark().name();
    List<Problem> problems = part.benchmark().problems();
    listener.begins(name, problems.size(), part.known().size());
    Evaluation.Report report =
        new Evaluation(part.verifier().orElse(SuiteEvaluation::nothingToJudge), solver)
            .run(
                problems,
                part.known(),
                part.responder()
                    .orElse((_, _, _) -> {})
                    .reporting(new SamplingTime(listener, InstantSource.system())),
                seed,
                (index, outcome, done) -> {
                  records.append(ProblemRecord.of(name, index, outcome));
                  listener.stepped(done, new MetricValues());
                  return outcome.withoutTexts();
                });
    listener.ends("");
    return report;
  }

  private static Verdict nothingToJudge(Submission submission) {
    throw new IllegalStateException(
        "all problems were judged before, but not " + submission.problem().id());
  }

  /**
   * Reads the recorded outcomes by benchmark and problem index; the recorded problems must be the
   * same as the benchmark's current problems.
   */
  private Map<String, Map<Integer, Outcome>> known(Path file) {
    Map<String, Map<Integer, Outcome>> known = new LinkedHashMap<>();
    benchmarks.forEach(each -> known.put(each.name(), new TreeMap<>()));
    EvaluationRecords.read(
        file,
        record -> {
          Benchmark benchmark =
              benchmarks.stream()
                  .filter(each -> each.name().equals(record.suite()))
                  .filter(each -> fits(record, each))
                  .findFirst()
                  .orElseThrow(() ->
                      new UserError(
                          "%s: problem %d of %s (%s) differs from the problem in the data now; restore the data, or give another --out"
                              .formatted(file, record.index(), record.suite(), record.problem())));
          Outcome outcome =
              new Evaluation(SuiteEvaluation::nothingToJudge, solver)
                  .outcome(
                      benchmark.problems().get(record.index()),
                      record.replies(),
                      record.verdicts());
          known.getOrDefault(record.suite(), new TreeMap<>()).put(record.index(), outcome);
        });
    return known;
  }

  private static boolean fits(ProblemRecord record, Benchmark benchmark) {
    if (record.index() < 0 || record.index() >= benchmark.problems().size()) {
      return false;
    }
    Problem problem = benchmark.problems().get(record.index());
    return problem.id().equals(record.problem())
        && problem.question().equals(record.question())
        && record.responses().size() == benchmark.recipe().samples();
  }

  /**
   * Computes the Codeforces ratings of a finished evaluation from its records.
   *
   * @param out directory of the evaluation
   * @param benchmark the suite, with problems in the order of its file
   * @param ratings file of the problems' ratings
   * @param contests directory of saved contests
   * @throws UserError if a required file is missing or malformed
   */
  public static List<CodeforcesRating> codeforces(
      Path out, Benchmark benchmark, Optional<Path> ratings, Optional<Path> contests) {
    Map<Integer, List<Boolean>> attempts = new TreeMap<>();
    EvaluationRecords.read(
        out.resolve(EvaluationRecords.NAME),
        record -> {
          if (record.suite().equals(benchmark.name())) {
            attempts.put(
                record.index(),
                record.responses().stream().map(ProblemRecord.Judged::correct).toList());
          }
        });
    return CodeforcesRating.of(
        Path.of(benchmark.recipe().source().data()),
        benchmark.problems().size(),
        benchmark.recipe().problems().isEmpty(),
        attempts,
        ratings,
        contests);
  }
}

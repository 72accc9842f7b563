package io.braid.app.commands;

import io.braid.UserError;
import io.braid.app.report.ScoreTable;
import io.braid.app.report.SuiteTable;
import io.braid.app.terminal.TerminalListener;
import io.braid.checkpoint.AtomicFile;
import io.braid.eval.Evaluation;
import io.braid.eval.codeforces.CodeforcesRating;
import io.braid.eval.suite.Asking;
import io.braid.eval.suite.Suite;
import io.braid.eval.suite.SuiteFile;
import io.braid.eval.suite.vision.VisionSuite;
import io.braid.input.DataRecipe;
import io.braid.input.PromptRecipe;
import io.braid.run.eval.Benchmark;
import io.braid.run.eval.EvaluatedModel;
import io.braid.run.eval.EvaluationRecipe;
import io.braid.run.eval.EvaluationResult;
import io.braid.run.eval.EvaluationResults;
import io.braid.run.eval.ModelEvaluation;
import io.braid.run.eval.SuiteEvaluation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid eval}. */
@Command(
    name = "eval",
    description = "Evaluates a model on public benchmarks (--suite) or on other problems (--data).")
public final class EvalCommand extends BraidCommand {
  /** Default settings for data that is not a suite. */
  private static final Asking OTHER = new Asking("none", "none", 8, 1, 1);

  @Mixin private EvaluatedModelOption asked = new EvaluatedModelOption();

  @Option(
      names = "--data",
      paramLabel = "FILE|TASK",
      description =
          "A file of problems, or a generated task such as countdown:count=400 (its test split).")
  private Optional<String> data = Optional.empty();

  @Mixin private SuiteOption suites = new SuiteOption();

  @Mixin private FieldOptions fields = new FieldOptions();

  @Option(
      names = "--samples",
      paramLabel = "K",
      description = "Responses to each problem (default: the suite's own; 8 for --data).")
  private Optional<Integer> samples = Optional.empty();

  @Option(names = "--problems", paramLabel = "N", description = "Only the first N problems.")
  private Optional<Integer> problems = Optional.empty();

  @Option(
      names = "--prompt",
      paramLabel = "FORMAT",
      description =
          "The prompt format (default: the suite's own, which asks for a boxed answer or a program;"
              + " none for --data).")
  private Optional<String> prompt = Optional.empty();

  @Mixin private SpecialTokensOption specialTokens = new SpecialTokensOption();

  @Mixin private AskingOptions asking = new AskingOptions();

  @Mixin private VerifierOption verifier = new VerifierOption();

  @Mixin private SuiteJudgeOption judge = new SuiteJudgeOption();

  @Option(
      names = "--greedy",
      description = "Greedy decoding: one response to each problem, at temperature 0.")
  private boolean greedy;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "The sampling temperature (default: the suite's own; 1 for --data).")
  private Optional<Double> temperature = Optional.empty();

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description =
          "Nucleus sampling: the probability mass to keep (default: the suite's own; 1 for"
              + " --data).")
  private Optional<Double> topP = Optional.empty();

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "How many of the most likely tokens to keep; 0, the default, keeps all.")
  private int topK;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description =
          "The longest response, in tokens (default: what the context leaves, at most 8192; 1024"
              + " for --data).")
  private Optional<Integer> maxNewTokens = Optional.empty();

  @Mixin private SeedOption seed = new SeedOption();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where to keep every response and the results (default: runs/eval/MODEL-SUITES; nothing"
              + " is kept for --data).")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--resume", description = "Continue the evaluation in --out.")
  private boolean resume;

  @Option(
      names = "--codeforces-ratings",
      paramLabel = "FILE",
      description =
          "Ratings of the problems, to compute a Codeforces rating from the suite codeforces.")
  private Optional<Path> codeforcesRatings = Optional.empty();

  @Option(
      names = "--codeforces-contests",
      paramLabel = "DIR",
      description = "Saved contests, to compute a Codeforces rating as CodeElo does.")
  private Optional<Path> codeforcesContests = Optional.empty();

  @Override
  public Integer call() {
    if (suites.given() == data.isPresent()) {
      throw new UserError(
          "no problems to evaluate on: give either --suite NAMES, such as aime24,math500, or"
              + " --data FILE|TASK");
    }
    if (greedy && (samples.orElse(1) != 1 || temperature.orElse(0.0) != 0)) {
      throw new UserError(
          "--greedy is one response at temperature 0; omit --samples and --temperature");
    }
    try (EvaluatedModel model = asked.open()) {
      if (suites.given() || out.isPresent() || resume) {
        evaluate(model);
      } else {
        evaluateData(model);
      }
    }
    return 0;
  }

  /** Evaluates on data without keeping the responses. */
  private void evaluateData(EvaluatedModel model) {
    String source = data.orElseThrow();
    checkJudge(List.of());
    EvaluationRecipe recipe = recipe(source, OTHER, model);
    Evaluation.Report report;
    try (TerminalListener progress = new TerminalListener()) {
      report =
          new ModelEvaluation(recipe).run(model, seed.value(), Benchmark.name(source), progress);
    }
    EvaluationResults results =
        new EvaluationResults(
            model.place(),
            Map.of(Benchmark.name(source), EvaluationResult.of(recipe, seed.value(), 0, report)));
    say(new SuiteTable(results).toString());
    UnjudgedResponses.examples(report.outcomes()).forEach(this::say);
    answer(results.json());
  }

  private void evaluate(EvaluatedModel model) {
    List<Benchmark> benchmarks = benchmarks(model);
    Path directory = out.orElseGet(() -> directory(model, benchmarks));
    EvaluationResults results;
    try (TerminalListener progress = new TerminalListener()) {
      results =
          new SuiteEvaluation(model, benchmarks, seed.value())
              .run(directory, resume, new Announced(benchmarks, progress));
    }
    ObjectNode object = results.json();
    object.put("out", directory.toString());
    say(new SuiteTable(results).toString());
    ScoreTable.of(results).ifPresent(this::say);
    UnjudgedResponses.shares(results).forEach(this::say);
    for (Benchmark benchmark : benchmarks) {
      if (benchmark.name().equals(Suite.CODEFORCES)) {
        rate(benchmark, directory, object);
      }
    }
    say("");
    say("records  " + directory.resolve("records.jsonl"));
    answer(object);
  }

  private List<Benchmark> benchmarks(EvaluatedModel model) {
    List<Benchmark> benchmarks = new ArrayList<>();
    List<SuiteFile> files = suites.found();
    checkJudge(files);
    for (SuiteFile found : files) {
      Suite suite = found.suite();
      benchmarks.add(
          Benchmark.read(
                  suite.name(),
                  Optional.of(suite),
                  recipe(found.file().toString(), suite.asking(), model)
                      .judgedBy(needsJudge(suite) ? judge.judge() : Optional.empty()))
              .fitting(model));
    }
    data.ifPresent(source ->
        benchmarks.add(
            Benchmark.read(Benchmark.name(source), Optional.empty(), recipe(source, OTHER, model))
                .fitting(model)));
    return benchmarks;
  }

  private static boolean needsJudge(Suite suite) {
    return suite.vision().filter(VisionSuite::needsJudge).isPresent();
  }

  /** Refuses options that would have no effect on the suites. */
  private void checkJudge(List<SuiteFile> files) {
    if (judge.judge().isPresent() && files.stream().noneMatch(each -> needsJudge(each.suite()))) {
      throw new UserError("--judge-model and --unjudged: none of the suites needs a judge");
    }
    if (verifier.isGiven()) {
      files.stream()
          .map(SuiteFile::suite)
          .filter(suite -> suite.vision().isPresent())
          .findFirst()
          .ifPresent(suite -> {
            throw new UserError(
                "--verifier: suite %s has its own rule; leave the option out"
                    .formatted(suite.name()));
          });
    }
  }

  private EvaluationRecipe recipe(String source, Asking usual, EvaluatedModel model) {
    Asking how = greedy ? usual.greedy() : samples.map(usual::sampled).orElse(usual);
    return new EvaluationRecipe(
        new DataRecipe(
            source,
            fields.recipe(),
            Map.of(),
            data.filter(source::equals).isPresent() ? asking.split() : Optional.empty()),
        problems,
        new PromptRecipe(
            prompt.orElseGet(() -> usual.equals(OTHER) ? OTHER.plain() : model.prompt(usual)),
            specialTokens.added(),
            asking.asking()),
        verifier.forEvaluation(),
        how.samples(),
        temperature.orElse(how.temperature()),
        topP.orElse(how.topP()),
        topK,
        maxNewTokens);
  }

  private static Path directory(EvaluatedModel model, List<Benchmark> benchmarks) {
    String name =
        model.name().replaceAll("[^A-Za-z0-9._-]", "_")
            + "-"
            + String.join("-", benchmarks.stream().map(Benchmark::name).toList());
    return Path.of("runs", "eval", name);
  }

  /** Computes the Codeforces rating; if that is impossible, prints what is missing. */
  private void rate(Benchmark benchmark, Path directory, ObjectNode object) {
    say("");
    if (codeforcesRatings.isEmpty() && codeforcesContests.isEmpty()) {
      say(
          "no Codeforces rating: it needs ratings of the problems (--codeforces-ratings FILE) or"
              + " contests (--codeforces-contests DIR), see docs/evaluation.md; --resume adds it"
              + " later");
      return;
    }
    ObjectNode ratings = object.putObject("codeforces");
    for (CodeforcesRating rating :
        SuiteEvaluation.codeforces(directory, benchmark, codeforcesRatings, codeforcesContests)) {
      say(SuiteTable.line(rating));
      ObjectNode node = ratings.putObject(rating.method().name().toLowerCase(Locale.ROOT));
      node.put("rating", rating.rating());
      rating.percentile().ifPresent(share -> node.put("percentile", share));
      node.put("of", rating.of());
    }
    AtomicFile.write(
        directory.resolve("codeforces.json"),
        JsonMapper.shared().writeValueAsString(ratings) + "\n");
  }
}

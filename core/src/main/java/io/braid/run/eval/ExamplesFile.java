package io.braid.run.eval;

import io.braid.UserError;
import io.braid.checkpoint.AtomicFile;
import io.braid.eval.suite.Suite;
import io.braid.recipe.Recipe;
import io.braid.run.Sample;
import io.braid.run.Samples;
import io.braid.run.eval.RightResponses.Candidate;
import io.braid.task.Names;
import io.braid.task.Tasks;
import io.braid.task.records.JsonText;
import io.braid.task.records.RecordFile;
import io.braid.task.records.SplitNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the right responses of a run as examples that SFT and the training of flow fields read: a
 * JSONL file with {@code question} and {@code response}, or with {@code messages} if the question
 * was part of a chat.
 */
public final class ExamplesFile {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final RightResponses which;
  private final Set<String> suites;
  private int problems;
  private int unsolved;
  private long responses;
  private long right;
  private long cutOff;
  private long written;

  /**
   * What was written.
   *
   * @param problems number of problems
   * @param unsolved number of problems without a right response that ended
   * @param responses number of responses to them
   * @param right number of right responses
   * @param cutOff number of right responses that reached the length limit, which are left out
   * @param written number of examples
   * @param notes what the user must know to use the examples
   */
  public record Result(
      int problems,
      int unsolved,
      long responses,
      long right,
      long cutOff,
      long written,
      List<String> notes) {}

  private ExamplesFile(RightResponses which, Set<String> suites) {
    this.which = which;
    this.suites = suites;
  }

  /**
   * Writes the examples; an existing file is replaced.
   *
   * @param run the directory of an evaluation, or of a training run
   * @param suites the suites of an evaluation to use; all if empty
   * @throws UserError if the directory has no recorded responses, or none of them is right
   */
  public static Result write(Path run, Set<String> suites, RightResponses which, Path out) {
    ExamplesFile file = new ExamplesFile(which, suites);
    if (Files.isRegularFile(run.resolve(EvaluationRecords.NAME))) {
      return file.ofEvaluation(run, out);
    }
    if (Samples.areOf(run)) {
      return file.ofTraining(run, out);
    }
    throw new UserError(
        run
            + ": has no recorded responses, neither records.jsonl of an eval nor samples/ of a"
            + " training run; record them with ./braid eval … --out DIR");
  }

  private Result ofEvaluation(Path run, Path out) {
    EvaluationPlan plan =
        Recipe.read(run.resolve(SuiteEvaluation.SETTINGS), List.of(), EvaluationPlan.class);
    for (String suite : suites) {
      if (!plan.suites().containsKey(suite)) {
        throw new UserError(
            "--suite: %s has no suite '%s'; it has %s"
                .formatted(run, suite, String.join(", ", plan.suites().keySet())));
      }
    }
    Map<String, EvaluationRecipe> used = new LinkedHashMap<>(plan.suites());
    used.keySet().removeIf(name -> !suites.isEmpty() && !suites.contains(name));
    List<String> notes = new ArrayList<>(asked(used));
    heldOut(used).ifPresent(notes::add);
    if (!Files.exists(run.resolve(SuiteEvaluation.RESULTS))) {
      notes.add("the evaluation is not finished; eval --resume records the rest");
    }
    AtomicFile.write(
        out,
        lines -> {
          EvaluationRecords.read(run.resolve(EvaluationRecords.NAME), record -> add(record, lines));
          refuseNone(run);
        });
    return result(notes);
  }

  private void add(ProblemRecord record, Consumer<String> lines) {
    if (!suites.isEmpty() && !suites.contains(record.suite())) {
      return;
    }
    if (record.images() > 0) {
      throw new UserError(
          "%s has images, which its record lacks, so no example can be made of it; take other suites with --suite"
              .formatted(record.suite() + "/" + record.problem()));
    }
    String id = record.suite() + "/" + record.problem();
    List<Candidate> candidates =
        record.responses().stream()
            .map(each -> new Candidate(each.text(), each.tokens(), each.finished(), each.correct()))
            .toList();
    for (String response : take(id, candidates)) {
      ObjectNode line = JSON.createObjectNode().put("id", id);
      if (record.conversation().isEmpty()) {
        line.put("question", record.question()).put("response", response);
      } else {
        List<Map<String, Object>> messages = new ArrayList<>(record.conversation());
        messages.add(Map.of("role", "assistant", "content", response));
        line.set("messages", JSON.valueToTree(messages));
      }
      lines.accept(JsonText.line(line));
    }
  }

  private Result ofTraining(Path run, Path out) {
    if (!suites.isEmpty()) {
      throw new UserError("--suite: %s is a training run, which has no suites".formatted(run));
    }
    Map<String, List<Sample>> byProblem = new LinkedHashMap<>();
    Samples.readAll(run)
        .forEach(each ->
            byProblem
                .computeIfAbsent(each.problem() + "\n" + each.prompt(), _ -> new ArrayList<>())
                .add(each));
    AtomicFile.write(
        out,
        lines -> {
          for (List<Sample> samples : byProblem.values()) {
            Sample first = samples.getFirst();
            List<Candidate> candidates =
                samples.stream()
                    .map(each ->
                        new Candidate(
                            each.response(),
                            each.responseTokens(),
                            each.finish().startsWith("stop"),
                            each.correct()))
                    .toList();
            for (String response : take(first.problem(), candidates)) {
              lines.accept(
                  JsonText.line(
                      JSON.createObjectNode()
                          .put("id", first.problem())
                          .put("question", first.prompt())
                          .put("response", response)));
            }
          }
          refuseNone(run);
        });
    return result(
        List.of(
            "the questions are prompts as the model saw them: use prompt: none and"
                + " add_special_tokens: false",
            "a training run records the responses of some steps only"
                + " (saving.samples_every_steps), from the policy at each of them"));
  }

  private List<String> take(String problem, List<Candidate> candidates) {
    problems++;
    responses += candidates.size();
    right += candidates.stream().filter(Candidate::correct).count();
    cutOff += candidates.stream().filter(each -> each.correct() && !each.finished()).count();
    List<String> taken = which.of(problem, candidates);
    unsolved += taken.isEmpty() ? 1 : 0;
    written += taken.size();
    return taken;
  }

  private void refuseNone(Path run) {
    if (written == 0) {
      throw new UserError(
          "%s: none of its %,d responses to %,d problems is right and ended by the model%s; sample more of them, or ask easier problems"
              .formatted(
                  run,
                  responses,
                  problems,
                  cutOff == 0 ? "" : " (%,d are right but reached the limit)".formatted(cutOff)));
    }
  }

  private Result result(List<String> notes) {
    return new Result(problems, unsolved, responses, right, cutOff, written, notes);
  }

  /** Says how the questions became prompts, so that a recipe can ask in the same way. */
  private static List<String> asked(Map<String, EvaluationRecipe> suites) {
    Map<String, List<String>> bySettings = new LinkedHashMap<>();
    suites.forEach((name, recipe) ->
        bySettings.computeIfAbsent(settings(recipe), _ -> new ArrayList<>()).add(name));
    if (bySettings.size() == 1) {
      return List.of("ask as in the eval, with " + bySettings.keySet().iterator().next());
    }
    List<String> notes = new ArrayList<>();
    bySettings.forEach((settings, names) ->
        notes.add("%s: ask as in the eval, with %s".formatted(String.join(", ", names), settings)));
    notes.add("the suites were asked in different ways: write a file for each with --suite");
    return notes;
  }

  private static String settings(EvaluationRecipe recipe) {
    List<String> settings = new ArrayList<>(List.of("prompt: " + recipe.prompts().prompt()));
    if (!recipe.prompts().addSpecialTokens()) {
      settings.add("add_special_tokens: false");
    }
    recipe
        .prompts()
        .asking()
        .system()
        .ifPresent(text -> settings.add("asking.system: " + JSON.writeValueAsString(text)));
    if (!recipe.prompts().asking().variables().isEmpty()) {
      settings.add("the same asking.variables");
    }
    return String.join(" and ", settings);
  }

  /** Names the suites that are meant for testing. */
  private static Optional<String> heldOut(Map<String, EvaluationRecipe> suites) {
    Set<String> held = new LinkedHashSet<>();
    suites.forEach((name, recipe) -> {
      boolean published = Suite.all().stream().anyMatch(suite -> suite.name().equals(name));
      if (published || isHeldOut(recipe)) {
        held.add(name);
      }
    });
    return held.isEmpty()
        ? Optional.empty()
        : Optional.of(
            held.stream().collect(Collectors.joining(", "))
                + ": test problems; a model that learns from these examples must not be evaluated"
                + " on them");
  }

  private static boolean isHeldOut(EvaluationRecipe recipe) {
    String data = recipe.source().data();
    Optional<String> split = recipe.source().split().map(SplitNames::canonical);
    if (Files.exists(Path.of(data)) || RecordFile.isNamed(data)) {
      return split.or(() -> SplitNames.of(Path.of(data))).equals(Optional.of(SplitNames.TEST));
    }
    return Tasks.named(data)
        .split()
        .map(Names::of)
        .or(() -> split)
        .orElse(SplitNames.TEST)
        .equals(SplitNames.TEST);
  }
}

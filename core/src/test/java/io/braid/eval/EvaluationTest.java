package io.braid.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.rollout.Prompt;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingSettings;
import io.braid.task.Countdown;
import io.braid.task.CountdownSolver;
import io.braid.task.Problem;
import io.braid.task.Reference;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final Verifier EVEN_LENGTH =
      submission ->
          new Verdict(
              submission.response().length() % 2 == 0 ? 1 : 0,
              submission.response().length() % 2 == 0,
              Optional.of(submission.response()),
              "counted");

  @Test
  void metricsOfTwoProblemsMatchManualCounts() {
    List<Outcome> outcomes =
        List.of(
            new Outcome(
                problem(0, new Reference.Text("?")),
                replies(1, 2, 3),
                List.of(right("a"), wrong("b"), right("a")),
                Optional.of(Set.of("a", "b", "c"))),
            new Outcome(
                problem(1, new Reference.Text("?")),
                replies(4, 5, 9),
                List.of(wrong("x"), right("y"), right("z")),
                Optional.empty()));

    Map<String, Double> metrics = Evaluation.metrics(outcomes);

    Map<String, Double> expected =
        Map.ofEntries(
            Map.entry("avg@1", 1 / 2.0),
            Map.entry("avg@2", 1 / 2.0),
            Map.entry("avg@3", 2 / 3.0),
            Map.entry("pass@1", 2 / 3.0),
            Map.entry("pass@2", 1.0),
            Map.entry("pass@3", 1.0),
            Map.entry("maj@1", 0.5), // a, x
            Map.entry("maj@2", 0.5), // a before b, x
            Map.entry("maj@3", 0.5), // a, x
            Map.entry("distinct@1", 0.5),
            Map.entry("distinct@2", 1.0),
            Map.entry("distinct@3", 1.5),
            Map.entry("coverage@1", 1 / 3.0),
            Map.entry("coverage@2", 1 / 3.0),
            Map.entry("coverage@3", 1 / 3.0),
            Map.entry("response_length", 4.0),
            Map.entry("truncated_frac", 1 / 6.0),
            Map.entry("problems", 2.0));
    assertThat(metrics.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, value) -> assertThat(metrics.get(name)).as(name).isCloseTo(value, within(1e-12)));
  }

  @Test
  void correctAnswersOutsideTheKnownSolutionsCoverNothing() {
    Outcome outcome =
        new Outcome(
            problem(0, new Reference.Text("?")),
            replies(1, 1),
            List.of(right("new"), right("a")),
            Optional.of(Set.of("a", "b")));

    assertThat(outcome.distinctCorrect(2)).containsExactlyInAnyOrder("new", "a");
    assertThat(outcome.coverage(1)).hasValue(0);
    assertThat(outcome.coverage(2)).hasValue(0.5);
  }

  @Test
  void aCorrectAnswerWithoutAKeyIsNotCountedAsDistinct() {
    Outcome outcome =
        new Outcome(
            problem(0, new Reference.Text("?")),
            replies(1, 1),
            List.of(new Verdict(1, true, Optional.empty(), ""), right("a")),
            Optional.empty());

    assertThat(outcome.correct(2)).isEqualTo(2);
    assertThat(outcome.distinctCorrect(2)).containsExactly("a");
  }

  @Test
  void problemsWithoutEnumerableSolutionsHaveNoCoverage() {
    Outcome text =
        new Outcome(
            problem(0, new Reference.Text("?")), replies(1), List.of(right("a")), Optional.empty());
    Outcome unsolvable =
        new Outcome(
            problem(0, new Reference.Text("?")),
            replies(1),
            List.of(wrong("a")),
            Optional.of(Set.of()));

    assertThat(Evaluation.metrics(List.of(text, unsolvable))).doesNotContainKey("coverage@1");
  }

  @Test
  void samplesABatchOfProblemsInOrderLikeSingleProblems() {
    List<Problem> problems =
        IntStream.range(0, 70).mapToObj(i -> problem(i, new Reference.Text("?"))).toList();
    List<Integer> progress = new ArrayList<>();
    try (Transformer model = TinyModels.create(1)) {
      Responder responder = responder(model);
      Evaluation evaluation = new Evaluation(EVEN_LENGTH, new CountdownSolver());

      Evaluation.Report report = evaluation.run(problems, responder, 5, progress::add);

      assertThat(progress).isEqualTo(IntStream.rangeClosed(1, 70).boxed().toList());
      assertThat(report.outcomes()).extracting(Outcome::problem).isEqualTo(problems);
      assertThat(report.metric("problems")).isEqualTo(70);
      assertThat(report.metric("avg@3")).isStrictlyBetween(0.0, 1.0);
      for (int alone : new int[] {0, 63, 69}) {
        Outcome outcome =
            evaluation
                .run(List.of(problems.get(alone)), responder, 5, done -> {})
                .outcomes()
                .getFirst();
        assertThat(outcome.replies()).isEqualTo(report.outcomes().get(alone).replies());
      }
    }
  }

  @Test
  void aCountdownOutcomeHasItsSolutions() {
    Countdown countdown = new Countdown(List.of(2, 3, 4), 24);
    CountdownSolver solver = new CountdownSolver();
    try (Transformer model = TinyModels.create(1)) {
      Evaluation.Report report =
          new Evaluation(EVEN_LENGTH, solver)
              .run(List.of(problem(0, countdown)), responder(model), 5, done -> {});

      assertThat(report.outcomes().getFirst().solutions()).contains(solver.keys(countdown));
      assertThat(report.metric("coverage@3")).isZero();
    }
  }

  @Test
  void refusesAnEmptyDataSet() {
    try (Transformer model = TinyModels.create(1)) {
      assertThatThrownBy(() ->
              new Evaluation(EVEN_LENGTH, new CountdownSolver())
                  .run(List.of(), responder(model), 5, done -> {}))
          .isInstanceOf(UserError.class)
          .hasMessage("the data set is empty; there is nothing to evaluate");
    }
  }

  @Test
  void doesNotAskKnownProblemsAgain() {
    List<Problem> problems =
        IntStream.range(0, 5).mapToObj(i -> problem(i, new Reference.Text("?"))).toList();
    try (Transformer model = TinyModels.create(1)) {
      Evaluation evaluation = new Evaluation(EVEN_LENGTH, new CountdownSolver());
      Evaluation.Report whole = evaluation.run(problems, responder(model), 5, done -> {});
      Map<Integer, Outcome> known =
          Map.of(
              1, whole.outcomes().get(1).withoutTexts(), 2, whole.outcomes().get(2).withoutTexts());
      List<Integer> judged = new ArrayList<>();
      List<Integer> counts = new ArrayList<>();

      Evaluation.Report rest =
          evaluation.run(
              problems,
              known,
              responder(model),
              5,
              (index, outcome, done) -> {
                judged.add(index);
                counts.add(done);
                return outcome.withoutTexts();
              });

      assertThat(judged).containsExactly(0, 3, 4);
      assertThat(counts).containsExactly(3, 4, 5);
      assertThat(rest.outcomes())
          .isEqualTo(whole.outcomes().stream().map(Outcome::withoutTexts).toList())
          .isNotEqualTo(whole.outcomes());
      assertThat(rest.metrics()).isEqualTo(whole.metrics());
    }
  }

  @Test
  void namesAMissingMetric() {
    assertThatThrownBy(() -> new Evaluation.Report(Map.of("avg@1", 1.0), List.of()).metric("avg@9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no metric avg@9 in [avg@1]");
  }

  // ---- making ---------------------------------------------------------------------------------

  private static Responder responder(Transformer model) {
    Rollout rollout =
        new Rollout(
            model,
            SamplingSettings.of(3, 1, 6, List.of(1L, 2L, 3L, 4L)),
            ids -> Arrays.toString(ids).replaceAll("\\d+", "x"),
            1L << 30);
    return new RolloutResponder(
        rollout,
        problem ->
            new Prompt(
                problem.id(),
                new long[] {
                  Integer.parseInt(problem.id().substring("problem:".length())) % 20, 1, 2
                }));
  }

  private static Problem problem(int number, Reference reference) {
    return new Problem("problem:" + number, "?", reference);
  }

  /** Creates replies of the given lengths; those of five tokens are truncated. */
  private static List<Reply> replies(int... lengths) {
    return Arrays.stream(lengths).mapToObj(length -> new Reply("x", length, length != 5)).toList();
  }

  private static Verdict right(String key) {
    return new Verdict(1, true, Optional.of(key), "right");
  }

  private static Verdict wrong(String key) {
    return new Verdict(0, false, Optional.of(key), "wrong");
  }
}

package io.braid.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.eval.Evaluation.Outcome;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.rollout.Prompt;
import io.braid.rollout.Response;
import io.braid.rollout.Response.Finish;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingSettings;
import io.braid.task.Countdown;
import io.braid.task.CountdownSolver;
import io.braid.task.Problem;
import io.braid.task.Reference;
import io.braid.train.AskedProblem;
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
  void theNumbersOfTwoProblemsAreThoseCountedByHand() {
    List<Outcome> outcomes =
        List.of(
            new Outcome(
                asked(0, new Reference.Text("?")),
                responses(1, 2, 3),
                List.of(right("a"), wrong("b"), right("a")),
                Optional.of(Set.of("a", "b", "c"))),
            new Outcome(
                asked(1, new Reference.Text("?")),
                responses(4, 5, 9),
                List.of(wrong("x"), right("x"), right("y")),
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
            Map.entry("distinct@1", 0.5),
            Map.entry("distinct@2", 1.0),
            Map.entry("distinct@3", 1.5),
            Map.entry("coverage@1", 1 / 3.0),
            Map.entry("coverage@2", 1 / 3.0),
            Map.entry("coverage@3", 1 / 3.0),
            Map.entry("length", 4.0),
            Map.entry("truncated", 1 / 6.0),
            Map.entry("problems", 2.0));
    assertThat(metrics.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, value) -> assertThat(metrics.get(name)).as(name).isCloseTo(value, within(1e-12)));
  }

  @Test
  void rightAnswersThatAreNoKnownSolutionsCoverNothing() {
    Outcome outcome =
        new Outcome(
            asked(0, new Reference.Text("?")),
            responses(1, 1),
            List.of(right("new"), right("a")),
            Optional.of(Set.of("a", "b")));

    assertThat(outcome.distinctRight(2)).containsExactlyInAnyOrder("new", "a");
    assertThat(outcome.coverage(1)).hasValue(0);
    assertThat(outcome.coverage(2)).hasValue(0.5);
  }

  @Test
  void aRightAnswerWithoutAKeyIsRightButNotCountedAsDifferent() {
    Outcome outcome =
        new Outcome(
            asked(0, new Reference.Text("?")),
            responses(1, 1),
            List.of(new Verdict(1, true, Optional.empty(), ""), right("a")),
            Optional.empty());

    assertThat(outcome.right(2)).isEqualTo(2);
    assertThat(outcome.distinctRight(2)).containsExactly("a");
  }

  @Test
  void problemsWithoutSolutionsToEnumerateHaveNoCoverage() {
    Outcome text =
        new Outcome(
            asked(0, new Reference.Text("?")), responses(1), List.of(right("a")), Optional.empty());
    Outcome unsolvable =
        new Outcome(
            asked(0, new Reference.Text("?")),
            responses(1),
            List.of(wrong("a")),
            Optional.of(Set.of()));

    assertThat(Evaluation.metrics(List.of(text, unsolvable))).doesNotContainKey("coverage@1");
  }

  @Test
  void manyProblemsAreSampledInTheirOrderAndEachAsIfItWereAlone() {
    List<AskedProblem> problems =
        IntStream.range(0, 70).mapToObj(i -> asked(i, new Reference.Text("?"))).toList();
    List<Integer> progress = new ArrayList<>();
    try (Transformer model = TinyModels.create(1)) {
      Rollout rollout = rollout(model);
      Evaluation evaluation = new Evaluation(EVEN_LENGTH, new CountdownSolver());

      Evaluation.Report report = evaluation.run(problems, rollout, 5, progress::add);

      assertThat(progress).containsExactly(64, 70);
      assertThat(report.outcomes()).extracting(Outcome::asked).isEqualTo(problems);
      assertThat(report.metric("problems")).isEqualTo(70);
      assertThat(report.metric("avg@3")).isStrictlyBetween(0.0, 1.0);
      for (int alone : new int[] {0, 63, 69}) {
        Outcome outcome =
            evaluation
                .run(List.of(problems.get(alone)), rollout, 5, done -> {})
                .outcomes()
                .getFirst();
        assertThat(outcome.responses())
            .extracting(Response::text)
            .isEqualTo(
                report.outcomes().get(alone).responses().stream().map(Response::text).toList());
      }
    }
  }

  @Test
  void aCountdownProblemBringsItsSolutions() {
    Countdown countdown = new Countdown(List.of(2, 3, 4), 24);
    CountdownSolver solver = new CountdownSolver();
    try (Transformer model = TinyModels.create(1)) {
      Evaluation.Report report =
          new Evaluation(EVEN_LENGTH, solver)
              .run(List.of(asked(0, countdown)), rollout(model), 5, done -> {});

      assertThat(report.outcomes().getFirst().solutions()).contains(solver.keys(countdown));
      assertThat(report.metric("coverage@3")).isZero();
    }
  }

  @Test
  void noProblemsAreRefused() {
    try (Transformer model = TinyModels.create(1)) {
      assertThatThrownBy(() ->
              new Evaluation(EVEN_LENGTH, new CountdownSolver())
                  .run(List.of(), rollout(model), 5, done -> {}))
          .isInstanceOf(UserError.class)
          .hasMessage("the data set is empty; there is nothing to evaluate");
    }
  }

  @Test
  void aMetricThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> new Evaluation.Report(Map.of("avg@1", 1.0), List.of()).metric("avg@9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no metric avg@9 in [avg@1]");
  }

  // ---- making ---------------------------------------------------------------------------------

  private static Rollout rollout(Transformer model) {
    return new Rollout(
        model,
        SamplingSettings.of(3, 1, 6, List.of(1L, 2L, 3L, 4L)),
        ids -> Arrays.toString(ids).replaceAll("\\d+", "x"),
        1L << 30);
  }

  private static AskedProblem asked(int number, Reference reference) {
    String id = "problem:" + number;
    return new AskedProblem(
        new Problem(id, "?", reference), new Prompt(id, new long[] {number % 20, 1, 2}));
  }

  /** Responses of some lengths, of which those of five tokens were cut off. */
  private static List<Response> responses(int... lengths) {
    return Arrays.stream(lengths)
        .mapToObj(length ->
            new Response(
                new long[length],
                new float[length],
                length == 5 ? Finish.LENGTH : Finish.STOP_TOKEN,
                "x"))
        .toList();
  }

  private static Verdict right(String key) {
    return new Verdict(1, true, Optional.of(key), "right");
  }

  private static Verdict wrong(String key) {
    return new Verdict(0, false, Optional.of(key), "wrong");
  }
}

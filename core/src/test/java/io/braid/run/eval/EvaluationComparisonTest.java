package io.braid.run.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.run.eval.EvaluationComparison.Change;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EvaluationComparisonTest {
  @Test
  void oneSampleAProblemIsMcNemarsTest() {
    EvaluationComparison amc =
        only(results(1, 0, 0, 0, 0, 0, 1, 1), results(1, 1, 1, 1, 1, 1, 0, 1));

    assertThat(amc.test()).isEqualTo(EvaluationComparison.Test.MCNEMAR);
    assertThat(amc.problems()).isEqualTo(7);
    assertThat(amc.left()).isZero();
    assertThat(amc.first()).isCloseTo(2 / 7.0, within(1e-12));
    assertThat(amc.second()).isCloseTo(6 / 7.0, within(1e-12));
    assertThat(amc.difference().mean()).isCloseTo(4 / 7.0, within(1e-12));
    assertThat(amc.p()).isCloseTo(14 / 64.0, within(1e-12));
    assertThat(amc.significant()).isFalse();
    assertThat(amc.better())
        .extracting(Change::problem)
        .containsExactly("p0", "p1", "p2", "p3", "p4");
    assertThat(amc.worse()).containsExactly(new Change("p5", 6, 1, 0));
  }

  @Test
  void severalSamplesAreSignsFlipped() {
    EvaluationComparison amc =
        only(results(4, 0, 0, 0, 0.25, 0.5, 0.5, 1), results(4, 0.25, 0.5, 0.5, 0.5, 1, 1, 1));

    assertThat(amc.test()).isEqualTo(EvaluationComparison.Test.SIGN_FLIP);
    assertThat(amc.p()).isEqualTo(2 / 64.0);
    assertThat(amc.significant()).isTrue();
    assertThat(amc.difference().low()).isPositive();
    assertThat(amc.better()).hasSize(6);
    assertThat(amc.worse()).isEmpty();
  }

  @Test
  void theOtherWayRoundIsTheOtherSign() {
    EvaluationResults a = results(2, 0, 0.5, 1, 0.5);
    EvaluationResults b = results(2, 0.5, 1, 0.5, 0.5);

    EvaluationComparison forth = only(a, b);
    EvaluationComparison back = only(b, a);

    assertThat(back.difference().mean()).isEqualTo(-forth.difference().mean());
    assertThat(back.p()).isEqualTo(forth.p());
    assertThat(back.better()).extracting(Change::problem).containsExactly("p2");
  }

  @Test
  void theSameResultsDoNotDiffer() {
    EvaluationComparison amc = only(results(2, 0, 0.5, 1), results(2, 0, 0.5, 1));

    assertThat(amc.p()).isEqualTo(1);
    assertThat(amc.difference().excludesZero()).isFalse();
  }

  @Test
  void problemsAreFoundByTheirIdsAndOthersLeftOut() {
    EvaluationResults a = of("amc", 1, List.of("x", "y", "z"), 1, 0, 0);
    EvaluationResults b = of("amc", 1, List.of("new", "y", "x"), 1, 1, 0);

    EvaluationComparison amc = only(a, b);

    assertThat(amc.problems()).isEqualTo(2);
    assertThat(amc.left()).isEqualTo(2);
    assertThat(amc.better()).containsExactly(new Change("y", 2, 0, 1));
    assertThat(amc.worse()).containsExactly(new Change("x", 1, 1, 0));
  }

  @Test
  void noCommonProblemsAreReported() {
    EvaluationResults a = of("amc", 1, List.of("x"), 1);

    assertThatThrownBy(() -> EvaluationComparison.of(a, of("gsm8k", 1, List.of("x"), 1), 0))
        .isInstanceOf(UserError.class)
        .hasMessage("nothing to compare: the first evaluation is on amc, the second on gsm8k");
    assertThatThrownBy(() -> EvaluationComparison.of(a, of("amc", 1, List.of("y"), 1), 0))
        .isInstanceOf(UserError.class)
        .hasMessage("nothing to compare: the two evaluations of amc have no problem in common");
  }

  @Test
  void furtherScoresArePairedToo() {
    EvaluationResult before =
        new EvaluationResult(
            "",
            0,
            0,
            List.of("x", "y"),
            Map.of("avg@1", List.of(0.0, 1.0)),
            Map.of("skill: a", List.of(0.0, 1.0), "skill: b", List.of(1.0)),
            /* unjudged= */ false);
    EvaluationResult after =
        new EvaluationResult(
            "",
            0,
            0,
            List.of("x", "y"),
            Map.of("avg@1", List.of(1.0, 1.0)),
            Map.of("skill: a", List.of(1.0, 1.0), "skill: b", List.of(1.0, 0.0)),
            /* unjudged= */ false);
    EvaluationComparison comparison =
        only(
            new EvaluationResults("a", Map.of("s", before)),
            new EvaluationResults("b", Map.of("s", after)));
    assertThat(comparison.scores()).hasSize(1); // of b there are other problems
    ScoreComparison score = comparison.scores().getFirst();
    assertThat(score.name()).isEqualTo("skill: a");
    assertThat(score.size()).isEqualTo(2);
    assertThat(score.first()).isEqualTo(0.5);
    assertThat(score.second()).isEqualTo(1);
    assertThat(score.difference().mean()).isEqualTo(0.5);
    assertThat(score.difference().low()).isZero();
    assertThat(score.difference().high()).isEqualTo(1);
  }

  @Test
  void aJudgedEvaluationIsNotComparedWithAnUnjudgedOne() {
    EvaluationResults judged = results(1, 1, 0);
    EvaluationResult result = Optional.ofNullable(judged.suites().get("amc")).orElseThrow();
    EvaluationResults unjudged =
        new EvaluationResults(
            "b",
            Map.of(
                "amc",
                new EvaluationResult(
                    "", 0, 0, result.problems(), result.values(), Map.of(), /* unjudged= */ true)));
    assertThatThrownBy(() -> EvaluationComparison.of(judged, unjudged, 0))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("amc: the second evaluation had no judge");
  }

  private static EvaluationComparison only(EvaluationResults a, EvaluationResults b) {
    List<EvaluationComparison> all = EvaluationComparison.of(a, b, 3);
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  private static EvaluationResults results(int samples, double... right) {
    return of(
        "amc", samples, IntStream.range(0, right.length).mapToObj(p -> "p" + p).toList(), right);
  }

  private static EvaluationResults of(
      String suite, int samples, List<String> problems, double... right) {
    Map<String, List<Double>> values = new LinkedHashMap<>();
    values.put("avg@" + samples, Arrays.stream(right).boxed().toList());
    return new EvaluationResults(
        "model", Map.of(suite, new EvaluationResult("", 0, 0, problems, values)));
  }
}

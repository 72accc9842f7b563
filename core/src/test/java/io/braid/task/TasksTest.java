package io.braid.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TasksTest {
  private static final int ALL = Integer.MAX_VALUE;

  private static List<Problem> everything(String spec) {
    ProblemSource source = Tasks.named(spec).source();
    return Stream.of(Split.values()).flatMap(split -> source.upTo(split, ALL).stream()).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "countdown, 12898",
    "countdown:solutions=2, 1059",
    "'countdown:solutions=2,sameness=order', 6135",
    "digits, 384",
    "stories:max=4, 4",
    "'stories:steps=2,max=5', 23"
  })
  void theNumberOfAllProblemsIsAsExpected(String spec, int count) {
    List<Problem> all = everything(spec);
    assertThat(all).hasSize(count);
    assertThat(all.stream().map(Problem::id).distinct()).hasSize(count);
  }

  @Test
  void countdownProblemsHaveTheirNumbersTargetsAndSolutionsInRange() {
    CountdownSolver solver = new CountdownSolver();
    for (Problem problem :
        Tasks.named("countdown:solutions=3,sameness=order,max=12,target-min=10,target-max=20")
            .source()
            .problems(Split.TRAIN, 100)) {
      Countdown countdown = (Countdown) problem.reference();
      assertThat(countdown.numbers()).hasSize(3).doesNotHaveDuplicates();
      assertThat(countdown.numbers()).allMatch(number -> 1 <= number && number <= 12);
      assertThat(countdown.target()).isBetween(10, 20);
      assertThat(solver.solutions(countdown)).hasSizeGreaterThanOrEqualTo(3);
    }
  }

  @Test
  void noProblemIsInTwoSplitsForAnySeedAndSize() {
    Map<String, Split> splits = new HashMap<>();
    for (String task :
        List.of(
            "countdown:",
            "countdown:solutions=2,sameness=order,",
            "countdown:numbers=4,max=60,",
            "stories:")) {
      for (int seed = 0; seed < 3; seed++) {
        for (Split split : Split.values()) {
          Tasks.named(task + "seed=" + seed)
              .source()
              .problems(split, 300 + 10 * seed)
              .forEach(problem ->
                  assertThat(splits.computeIfAbsent(problem.id(), _ -> split))
                      .as(problem.id())
                      .isEqualTo(split));
        }
      }
    }
    assertThat(splits.values()).contains(Split.values());
  }

  @ParameterizedTest
  @ValueSource(strings = {"countdown:seed=7", "countdown:numbers=4,max=60,seed=7", "digits:seed=7"})
  void problemsDependOnTheSeedAndFewerAreAPrefixOfMore(String spec) {
    List<Problem> ten = Tasks.named(spec).source().problems(Split.TEST, 10);
    List<Problem> twenty = Tasks.named(spec).source().problems(Split.TEST, 20);
    assertThat(twenty.subList(0, 10)).isEqualTo(ten);
    assertThat(twenty).doesNotHaveDuplicates();
    List<Problem> others =
        Tasks.named(spec.replace("seed=7", "seed=8")).source().problems(Split.TEST, 10);
    assertThat(others).isNotEqualTo(ten);
  }

  @Test
  void aRequestForTooManyProblemsIsReported() {
    assertThatThrownBy(
            () -> Tasks.named("countdown:max=5,split=test,count=400").problems(Split.TRAIN, 1))
        .isInstanceOf(UserError.class)
        .hasMessageMatching(
            "task countdown: 400 problems of split test were requested, but there are only \\d+;"
                + " .*");
    assertThatThrownBy(
            () -> Tasks.named("countdown:min=5000,max=5100,solutions=9").problems(Split.TRAIN, 1))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("there are only 0");
    assertThatThrownBy(() -> Tasks.named("digits:count=0").problems(Split.TRAIN, 1))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("count is 0");
  }

  @Test
  void splitAndCountDefaultToTheCallersValues() {
    Task named = Tasks.named("countdown:numbers=4,max=10,split=test,count=40,seed=7");
    assertThat(named.problems(Split.TRAIN, 3))
        .isEqualTo(named.source().problems(Split.TEST, 40))
        .hasSize(40);
    Task open = Tasks.named("digits:terms=5");
    assertThat(open.problems(Split.TRAIN, 3)).isEqualTo(open.source().problems(Split.TRAIN, 3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "countdwn | unknown task 'countdwn'; did you mean countdown? There are countdown, digits",
        "chess | unknown task 'chess'. There are countdown, digits",
        "countdown:nubmers=4 | no key 'nubmers'; did you mean numbers?",
        "digits:numbers=4 | task digits has no key 'numbers'. There are count, modulus-max,",
        "countdown:numbers | 'numbers' is not of the form key=value",
        "countdown:numbers=four | numbers is 'four'; give an integer",
        "countdown:numbers=99999999999 | numbers is '99999999999'; give an integer",
        "countdown:seed=-9223372036854775808 | seed is '-9223372036854775808'",
        "countdown:numbers=7 | numbers is 7; give 2 to 5",
        "countdown:min=9,max=3 | min is 9 and max is 3",
        "countdown:min=9,max=10 | 9..10 has fewer than 3 distinct numbers",
        "countdown:distinct=yes | distinct is 'yes'; give true or false",
        "countdown:phrasing=word | phrasing is 'word'; did you mean words?",
        "countdown:split=tset | split is 'tset'; did you mean test?",
        "countdown:seed=1,seed=2 | seed is given twice",
        "digits:modulus-max=101 | give 2 ≤ modulus-min ≤ modulus-max ≤ 100"
      })
  void errorsInASpecificationAreReported(String spec, String message) {
    assertThatThrownBy(() -> Tasks.named(spec))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(message);
  }

  @Test
  void aSpecificationAndSettingsGiveTheSameProblems() {
    CountdownSettings settings =
        CountdownSettings.STANDARD
            .withNumbers(4, 2, 9)
            .withSolutions(2, new Counting(Intermediates.ANY, Sameness.ORDER))
            .withPhrasing(Phrasing.WORDS)
            .withSeed(3);
    String spec =
        "countdown:numbers=4,min=2,max=9,solutions=2,intermediates=any,sameness=order,phrasing=words,seed=3";
    assertThat(new CountdownGenerator(settings).problems(Split.TRAIN, 20))
        .isEqualTo(Tasks.named(spec).problems(Split.TRAIN, 20));
  }

  @Test
  void eachPhrasingHasItsQuestionAndResponse() {
    Countdown countdown = new Countdown(List.of(7, 3, 5), 56);
    assertThat(countdown.asked(Phrasing.COMPACT).question()).isEqualTo("3 5 7 = 56 :");
    assertThat(countdown.asked(Phrasing.WORDS).question())
        .contains("3, 5, 7")
        .contains("56")
        .contains("<answer>");
    ProblemSource compact = Tasks.named("countdown").source();
    ProblemSource words = Tasks.named("countdown:phrasing=words").source();
    String response = compact.randomSolution(countdown.asked(Phrasing.COMPACT), 1);
    assertThat(response).matches("[0-9()*/+ -]+").doesNotContain("  ");
    assertThat(words.randomSolution(countdown.asked(Phrasing.WORDS), 1))
        .isEqualTo("<answer>" + response + "</answer>");
  }

  @Test
  void numbersMayRepeatUnlessDistinct() {
    assertThat(everything("countdown:distinct=false,max=6"))
        .anyMatch(problem -> problem.id().startsWith("countdown:3,3,"));
    assertThat(new NumberSets(3, 1, 6, false).count()).isEqualTo(56);
    List<List<Integer>> sets = new ArrayList<>();
    new NumberSets(3, 1, 6, false).forEach(sets::add);
    assertThat(sets).hasSize(56).doesNotHaveDuplicates();
  }

  @Test
  void aDigitSequenceAddsTheLastTwoTerms() {
    Problem problem = new DigitSequence(3, 5, 10, 8).asked();
    assertThat(problem.question()).isEqualTo("3,5:10,8");
    assertThat(Tasks.named("digits").source().randomSolution(problem, 0))
        .isEqualTo("8,3,1,4,5,9,4,3");
    assertThatThrownBy(() -> new DigitSequence(3, 10, 10, 8)).isInstanceOf(UserError.class);
  }
}

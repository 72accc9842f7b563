package io.braid.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.verify.RuleVerifier;
import io.braid.verify.Verifier;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class StoryTest {
  private static List<Problem> problems(String spec, int count) {
    return Tasks.named(spec).source().problems(Split.TRAIN, count);
  }

  @Test
  void aStorySaysItsNumbersInOrder() {
    Problem problem = new Story(12, List.of(7, -4)).asked();
    assertThat(problem.id()).isEqualTo("stories:12+7-4");
    assertThat(problem.question())
        .matches(
            "(\\w+) has 12 (\\w+) and \\w+ 7 more( from a friend)?\\. Then \\1 \\w+( away)? 4"
                + "( to a friend)?\\. How many \\2 does \\1 have now\\?");
    assertThat(problem.reference()).isEqualTo(new Reference.Text("15"));
    assertThat(Story.of(problem)).isEqualTo(new Story(12, List.of(7, -4)));
  }

  @Test
  void everySolutionIsCorrectAndThereAreSeveral() {
    try (Verifier rule = new RuleVerifier()) {
      for (Problem problem : problems("stories:steps=2,max=30", 20)) {
        Set<String> ways = new TreeSet<>();
        for (int seed = 0; seed < 16; seed++) {
          String solution = Tasks.named("stories").source().randomSolution(problem, seed);
          assertThat(rule.judge(problem, solution).correct()).as(solution).isTrue();
          ways.add(solution);
        }
        assertThat(ways).hasSizeGreaterThan(1);
      }
    }
    assertThat(new Story(12, List.of(7, -4)).solution(new Random(0)))
        .isIn(
            "12 + 7 - 4 = 15\n#### 15",
            "12 + 7 = 19\n19 - 4 = 15\n#### 15",
            "7 + 12 = 19\n19 - 4 = 15\n#### 15");
  }

  @Test
  void numbersStayInRange() {
    for (Problem problem : problems("stories:steps=3,max=20", 200)) {
      Story story = Story.of(problem);
      assertThat(story.changes()).hasSize(3).allMatch(change -> Math.abs(change) >= 2);
      int now = story.start();
      for (int change : story.changes()) {
        now += change;
        assertThat(now).isBetween(1, 20);
      }
    }
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> Tasks.named("stories:steps=5"))
        .isInstanceOf(UserError.class)
        .hasMessage("task stories: steps is 5; give 1 to 4");
    assertThatThrownBy(() -> Tasks.named("stories:max=2"))
        .isInstanceOf(UserError.class)
        .hasMessage("task stories: max is 2; give 3 to 1000");
  }
}

package io.braid.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.rollout.Prompt;
import io.braid.rollout.Response.Finish;
import io.braid.trajectory.Column;
import io.braid.trajectory.Sequence;
import io.braid.trajectory.Trajectories;
import io.braid.verify.Verdict;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacedRlTest {
  private static final int PROBLEMS = 8;

  /** Creates a curriculum over the order 0, 1, 2, …, which repeats. */
  private static Curriculum paced(double replay, int buffer) {
    return new PacedRl(0.5, 2, replay, buffer)
        .create(position -> (int) (position % PROBLEMS), PROBLEMS, 1);
  }

  private static int[] next(Curriculum curriculum, int step, int prompts) {
    return curriculum.next(new Curriculum.Request(step, 0, prompts, Trajectories.none()));
  }

  private static Trajectories take(Curriculum curriculum, int step, int prompts, int[] chosen) {
    return curriculum.take(
        new Curriculum.Request(step, 0, prompts, Trajectories.none()), sampled(step, chosen));
  }

  /** Creates two responses to each problem, as in a step's rollout batch. */
  private static Trajectories sampled(int step, int... problems) {
    int rows = 2 * problems.length;
    List<Prompt> prompts = Arrays.stream(problems).mapToObj(PacedRlTest::prompt).toList();
    List<Sequence> sequences =
        IntStream.range(0, rows)
            .mapToObj(row -> new Sequence(prompts.get(row / 2).ids(), new long[] {3, row}))
            .toList();
    float[] logProbs = new float[2 * rows];
    Arrays.fill(logProbs, -1f / 3);
    int[] versions = new int[rows];
    Arrays.fill(versions, step);
    return Trajectories.of(prompts, sequences, IntStream.range(0, rows).map(r -> r / 2).toArray())
        .with(Column.PROBLEM, problems)
        .with(Column.WEIGHTS_VERSION, versions)
        .with(Column.TEXT, Collections.nCopies(rows, "text"))
        .with(Column.FINISH, Collections.nCopies(rows, Finish.STOP_TOKEN))
        .with(Column.ROLLOUT_LOG_PROBS, logProbs)
        .with(Column.ROLLOUT_ENTROPIES, logProbs)
        .with(
            Column.VERDICT,
            Collections.nCopies(rows, new Verdict(0.5, false, Optional.empty(), "half")));
  }

  private static Prompt prompt(int problem) {
    return new Prompt("p" + problem, new long[] {problem, 5});
  }

  /**
   * Creates a finished table in which every response earned 0.5, with the given expected rewards.
   */
  private static Trajectories learned(Trajectories t, double... expectedOfGroups) {
    double[] expected = new double[t.rows()];
    Arrays.setAll(expected, row -> expectedOfGroups[t.group(row)] + (row % 2 == 0 ? 0.1 : -0.1));
    double[] rewards = new double[t.rows()];
    Arrays.fill(rewards, 0.5);
    return t.with(Column.REWARD, rewards)
        .with(Column.TOKEN_REWARDS, new double[t.tokens()])
        .with(Column.ADVANTAGES, new float[t.tokens()])
        .with(Column.EXPECTED_REWARD, expected);
  }

  @Test
  void problemsNearTheTargetAreChosenWhenTheirAccuracyIsKnown() {
    Curriculum curriculum = paced(0, 1);
    int[] first = next(curriculum, 0, 2); // considers 0 to 3, which have no estimate yet
    assertThat(first).containsExactly(0, 1);
    curriculum.observe(learned(take(curriculum, 0, 2, first), 0.9, 0.45));
    assertThat(next(curriculum, 1, 2)).containsExactly(4, 5);
    curriculum.observe(learned(sampled(1, 2, 3), 0.7, 0.1));

    assertThat(next(curriculum, 2, 2)).containsExactly(1, 2); // off by 0.05 and 0.2
    assertThat(next(curriculum, 3, 2)).containsExactly(4, 5); // without an estimate, like 6 and 7
  }

  @Test
  void theGroupsWithTheLargestErrorAreReplayedOnce() {
    Curriculum curriculum = paced(0.5, 3);
    Trajectories first = take(curriculum, 0, 4, next(curriculum, 0, 4));
    assertThat(first.get(Column.PROBLEM)).containsExactly(0, 1, 2, 3); // nothing to replay yet
    curriculum.observe(learned(first, 0.5, 0.9, 0.2, 0.75)); // off by 0, 0.4, 0.3, 0.25

    int[] chosen = next(curriculum, 1, 4);
    assertThat(chosen).hasSize(2);
    Trajectories second = take(curriculum, 1, 4, chosen);
    assertThat(second.get(Column.PROBLEM)).containsExactly(chosen[0], chosen[1], 1, 2);
    assertThat(second.get(Column.WEIGHTS_VERSION)).containsExactly(1, 1, 1, 1, 0, 0, 0, 0);
    assertThat(second.prompt(2)).isEqualTo(first.prompt(1));
    assertThat(second.row(Column.ROLLOUT_LOG_PROBS, 4))
        .isEqualTo(first.row(Column.ROLLOUT_LOG_PROBS, 2));

    curriculum.observe(learned(second, 0.5, 0.5, 0.5, 0.5));
    Trajectories third = take(curriculum, 2, 4, next(curriculum, 2, 4));
    assertThat(third.get(Column.PROBLEM)[2]).isEqualTo(3); // kept from the first step
  }

  @Test
  void aRestoredCurriculumContinuesIdentically() {
    Curriculum one = paced(0.5, 4);
    one.observe(learned(take(one, 0, 4, next(one, 0, 4)), 0.5, 0.9, 0.2, 0.8));
    Curriculum other = paced(0.5, 4);

    other.restore(one.state());

    assertThat(other.state()).isEqualTo(one.state());
    int[] chosen = next(one, 1, 4);
    assertThat(next(other, 1, 4)).isEqualTo(chosen);
    Trajectories expected = take(one, 1, 4, chosen);
    Trajectories found = take(other, 1, 4, chosen);
    assertThat(found.get(Column.PROBLEM)).isEqualTo(expected.get(Column.PROBLEM));
    assertThat(found.get(Column.ROLLOUT_LOG_PROBS))
        .isEqualTo(expected.get(Column.ROLLOUT_LOG_PROBS));
    assertThat(found.get(Column.VERDICT)).isEqualTo(expected.get(Column.VERDICT));
    assertThat(found.prompt(3).ids()).isEqualTo(expected.prompt(3).ids());
  }

  @ParameterizedTest
  @CsvSource({"''", "{}", "'{\"position\":1,\"expected\":{},\"kept\":[{}]}'"})
  void anInvalidStateChangesNothing(String state) {
    Curriculum curriculum = paced(0, 1);
    String before = curriculum.state();

    assertThatThrownBy(() -> curriculum.restore(state))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(curriculum.state()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "NaN, 2, 0.25, 1, target",
    "0.5, 0, 0.25, 1, candidates",
    "0.5, 2, 1, 1, replay",
    "0.5, 2, -0.1, 1, replay",
    "0.5, 2, 0.25, 0, buffer"
  })
  void settingsMustBeInRange(double target, int candidates, double replay, int buffer, String key) {
    assertThatThrownBy(() -> new PacedRl(target, candidates, replay, buffer))
        .hasMessageStartingWith(key + ":");
  }
}

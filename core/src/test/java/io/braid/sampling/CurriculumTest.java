package io.braid.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.checkpoint.CheckpointParts;
import io.braid.model.RolloutWeights;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import io.braid.verify.Verifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A curriculum observes each finished step once, in order, and its state is part of a checkpoint.
 */
class CurriculumTest {
  /** Chooses the problem after the last one that it observed. */
  private static final class Following implements Curriculum {
    final List<Integer> seen = new ArrayList<>();
    private int next;

    @Override
    public int[] next(Request request) {
      return request.round() == 0 ? new int[] {next % 5, next % 5} : new int[0];
    }

    @Override
    public void observe(Trajectories learned) {
      seen.add(learned.get(Column.PROBLEM)[0]);
      next += 1 + learned.get(Column.WEIGHTS_VERSION)[0] % 2;
    }

    @Override
    public String state() {
      return Integer.toString(next);
    }

    @Override
    public void restore(String state) {
      next = Integer.parseInt(state);
    }
  }

  private static Sampler sampler(Transformer model, Following following, int staleness) {
    return sampler(model, following, staleness, ToyTask.VERIFIER);
  }

  private static Sampler sampler(
      Transformer model, Following following, int staleness, Verifier verifier) {
    return new Sampler(
        ToyTask.problems(5),
        ToyTask.rollout(model, 2, 4),
        verifier,
        new Sampler.Settings(
            2,
            (order, problems, seed) -> following,
            staleness,
            RolloutWeights.AS_TRAINED,
            1,
            OptionalLong.empty()));
  }

  private static List<Integer> problems(Rollouts rollouts, int from, int to) {
    List<Integer> problems = new ArrayList<>();
    for (int step = from; step < to; step++) {
      Trajectories t = rollouts.next(step).trajectories();
      problems.add(t.get(Column.PROBLEM)[0]);
      rollouts.learned(t);
    }
    return problems;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aResumedRunChoosesTheSameProblemsAsAnUninterruptedOne(
      int staleness, @TempDir Path directory) {
    try (Transformer model = TinyModels.create(1);
        Rollouts whole = Rollouts.of(sampler(model, new Following(), staleness), model, 9);
        Rollouts first = Rollouts.of(sampler(model, new Following(), staleness), model, 9);
        Rollouts second = Rollouts.of(sampler(model, new Following(), staleness), model, 9)) {
      List<Integer> expected = problems(whole, 0, 9);
      List<Integer> found = problems(first, 0, 4);
      CheckpointParts parts = first.parts();
      parts.save(directory);
      second.parts().restore(directory);
      found.addAll(problems(second, 4, 9));

      assertThat(found).isEqualTo(expected);
      assertThat(expected.stream().distinct().count()).isGreaterThan(2);
    }
  }

  /**
   * The failed step's problems are chosen again before the previous step is observed, as in an
   * uninterrupted run.
   */
  @Test
  void aRunWhoseSamplingFailedStillObservesEachStepOnce(@TempDir Path directory) {
    Following alone = new Following();
    Following before = new Following();
    Following after = new Following();
    AtomicInteger judged = new AtomicInteger();
    Verifier dying =
        submission -> {
          if (judged.incrementAndGet() > 4 * 4) { // steps 0 to 3, of 2 problems with 2 responses
            throw new IllegalStateException("the service is down");
          }
          return ToyTask.VERIFIER.judge(submission);
        };
    try (Transformer model = TinyModels.create(1);
        Rollouts whole = Rollouts.of(sampler(model, alone, 1), model, 9);
        Rollouts first = Rollouts.of(sampler(model, before, 1, dying), model, 9);
        Rollouts second = Rollouts.of(sampler(model, after, 1), model, 9)) {
      List<Integer> expected = problems(whole, 0, 9);
      List<Integer> found = problems(first, 0, 4);
      first.parts().save(directory);
      assertThatThrownBy(() -> first.next(4)).hasMessageContaining("the service is down");
      second.parts().restore(directory);
      found.addAll(problems(second, 4, 9));

      assertThat(found).isEqualTo(expected);
      before.seen.addAll(after.seen);
      assertThat(before.seen).isEqualTo(alone.seen).hasSize(8);
    }
  }

  /**
   * With one step of staleness, the next step's problems are chosen before training on the current
   * step.
   */
  @Test
  void withOneStepOffPolicyRolloutsAStepIsObservedAfterTheNextProblemsAreChosen() {
    Following following = new Following();
    try (Transformer model = TinyModels.create(1);
        Rollouts rollouts = Rollouts.of(sampler(model, following, 1), model, 4)) {
      List<Integer> asked = problems(rollouts, 0, 4);

      assertThat(following.seen).isEqualTo(asked.subList(0, 3));
      assertThat(asked).startsWith(0, 0);
    }
  }

  @Test
  void rowsHaveTheVersionOfTheWeightsThatSampledThem() {
    try (Transformer model = TinyModels.create(1);
        Rollouts fresh = Rollouts.of(sampler(model, new Following(), 0), model, 3);
        Rollouts ahead = Rollouts.of(sampler(model, new Following(), 1), model, 3)) {
      for (int step = 0; step < 3; step++) {
        assertThat(version(fresh, step)).isEqualTo(step);
        assertThat(version(ahead, step)).isEqualTo(Math.max(0, step - 1));
      }
    }
  }

  private static int version(Rollouts rollouts, int step) {
    Trajectories t = rollouts.next(step).trajectories();
    rollouts.learned(t);
    int[] versions = Arrays.stream(t.get(Column.WEIGHTS_VERSION)).distinct().toArray();
    assertThat(versions).hasSize(1);
    return versions[0];
  }
}

package io.braid.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingSettings;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SamplerTest {
  /** Accepts some responses to the problems 0, 3, 6, … and none to the others. */
  private static final Verifier SOME =
      submission -> {
        int number = Integer.parseInt(submission.problem().id().substring("toy:".length()));
        boolean right = number % 3 == 0 && submission.response().charAt(0) < 'm';
        return new Verdict(right ? 1 : 0, right, Optional.empty(), "");
      };

  private static final Verifier NONE = _ -> new Verdict(0, false, Optional.empty(), "");

  @Test
  void groupsWithEqualRewardsAreReplaced() {
    try (Transformer model = TinyModels.create(1)) {
      Sampler sampler = sampler(model, SOME, 4, 10);

      RolloutBatch batch = sampler.sample(0, 0, sampler.rollout());

      Trajectories t = batch.trajectories();
      assertThat(t.groups())
          .hasSize(4)
          .allMatch(rows -> DynamicSampling.mixed(t.get(Column.VERDICT), rows));
      assertThat(Arrays.stream(t.get(Column.PROBLEM))).allMatch(problem -> problem % 3 == 0);
      assertThat(batch.sampled().groups())
          .isGreaterThan(4)
          .isEqualTo(Long.parseLong(sampler.curriculum().state()));
      for (int g = 0; g < 4; g++) {
        assertThat(t.prompt(g).key()).isEqualTo("toy:" + t.get(Column.PROBLEM)[g]);
      }
    }
  }

  @Test
  void theNextStepContinuesWhereThisOneEnded() {
    try (Transformer model = TinyModels.create(1)) {
      Sampler sampler = sampler(model, SOME, 3, 10);

      Trajectories first = sampler.sample(0, 0, sampler.rollout()).trajectories();
      Trajectories second = sampler.sample(1, 1, sampler.rollout()).trajectories();

      // Within one epoch, no problem is sampled twice.
      assertThat(Long.parseLong(sampler.curriculum().state())).isLessThanOrEqualTo(30);
      Set<Integer> both = new HashSet<>();
      Arrays.stream(first.get(Column.PROBLEM)).forEach(both::add);
      Arrays.stream(second.get(Column.PROBLEM)).forEach(both::add);
      assertThat(both).hasSize(first.groupCount() + second.groupCount());
    }
  }

  @Test
  void atTheLimitAStepTrainsOnTheGroupsItHas() {
    try (Transformer model = TinyModels.create(1)) {
      Sampler sampler = sampler(model, SOME, 6, 1);

      RolloutBatch batch = sampler.sample(0, 0, sampler.rollout());

      assertThat(batch.trajectories().groupCount()).isBetween(1, 5);
      assertThat(batch.sampled().groups()).isEqualTo(6);
    }
  }

  @Test
  void ifNoGroupIsMixedTheErrorSaysWhatToChange() {
    try (Transformer model = TinyModels.create(1)) {
      Sampler sampler = sampler(model, NONE, 4, 3);

      assertThatThrownBy(() -> sampler.sample(0, 0, sampler.rollout()))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(
              "curriculum: none of 12 problems got responses with different rewards (3 batches"
                  + " of 4)")
          .hasMessageContaining("use problems of another difficulty");
    }
  }

  /** Dropped groups were sampled too, so the step's means include them. */
  @Test
  void droppedGroupsCountInTheStatistics() {
    List<Verdict> given = Collections.synchronizedList(new ArrayList<>());
    Verifier evenAlike =
        submission -> {
          boolean even = Integer.parseInt(submission.problem().id().substring(4)) % 2 == 0;
          Verdict verdict =
              even
                  ? new Verdict(1, true, Optional.empty(), "given")
                  : ToyTask.VERIFIER.judge(submission);
          given.add(verdict);
          return verdict;
        };
    try (Transformer model = TinyModels.create(1)) {
      Sampler sampler = sampler(model, evenAlike, 4, 9);
      RolloutBatch batch = sampler.sample(0, 0, sampler.rollout());

      SamplingStatistics sampled = batch.sampled();
      assertThat(batch.trajectories().groups()).hasSize(4);
      assertThat(sampled.groups()).isGreaterThan(4);
      assertThat(sampled.mixed()).isBetween(4L, sampled.groups() - 1);
      assertThat(sampled.responses()).isEqualTo(given.size()).isEqualTo(4L * sampled.groups());
      assertThat(sampled.reward())
          .isCloseTo(given.stream().mapToDouble(Verdict::reward).sum(), within(1e-9));
      assertThat(sampled.correct()).isEqualTo(given.stream().filter(Verdict::correct).count());
      assertThat(sampled.tokens()).isGreaterThan(sampled.responses());
    }
  }

  @Test
  void aProblemSampledTwiceInAStepGetsNewResponses() {
    try (Transformer model = TinyModels.create(1)) {
      Sampler sampler =
          new Sampler(
              ToyTask.problems(1),
              ToyTask.rollout(model, 4, 6),
              ToyTask.VERIFIER,
              new Sampler.Settings(2, new DynamicSampling(2), 0, 1));

      Trajectories t = sampler.sample(0, 0, sampler.rollout()).trajectories();

      assertThat(t.groups()).hasSize(2);
      assertThat(t.get(Column.TEXT).subList(0, 4)).isNotEqualTo(t.get(Column.TEXT).subList(4, 8));
    }
  }

  @Test
  void aGroupIsVerifiedWhileOthersAreStillSampled() {
    CountDownLatch judged = new CountDownLatch(1);
    AtomicInteger texts = new AtomicInteger();
    Verifier verifier =
        submission -> {
          judged.countDown();
          return ToyTask.VERIFIER.judge(submission);
        };
    try (Transformer model = TinyModels.create(1)) {
      // The texts of a complete group are decoded; the second group's decoding waits for the first
      // verdict.
      Rollout rollout =
          new Rollout(
              model,
              SamplingSettings.of(4, 1, 6, List.of(23L)),
              ids -> {
                if (texts.incrementAndGet() == 5) {
                  awaitShortly(judged);
                }
                return ToyTask.decode(ids);
              },
              1L << 30);
      Sampler sampler =
          new Sampler(ToyTask.problems(3), rollout, verifier, Sampler.Settings.of(3, 1));

      Trajectories t = sampler.sample(0, 0, rollout).trajectories();

      assertThat(judged.getCount()).isZero();
      assertThat(t.get(Column.VERDICT))
          .isEqualTo(
              sampler(model, ToyTask.VERIFIER)
                  .sample(0, 0, rollout)
                  .trajectories()
                  .get(Column.VERDICT));
    }
  }

  private static void awaitShortly(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).as("a verdict came meanwhile").isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Sampler sampler(Transformer model, Verifier verifier) {
    return new Sampler(
        ToyTask.problems(3), ToyTask.rollout(model, 4, 6), verifier, Sampler.Settings.of(3, 1));
  }

  @Test
  void anExceptionOfTheVerifierEndsTheStep() {
    Verifier broken =
        _ -> {
          throw new UserError("the service is not there");
        };
    try (Transformer model = TinyModels.create(1)) {
      Sampler sampler = sampler(model, broken);
      assertThatThrownBy(() -> sampler.sample(0, 0, sampler.rollout()))
          .isInstanceOf(UserError.class)
          .hasMessage("the service is not there");
    }
  }

  private static Sampler sampler(Transformer model, Verifier verifier, int prompts, int batches) {
    return new Sampler(
        ToyTask.problems(30),
        ToyTask.rollout(model, 4, 6),
        verifier,
        new Sampler.Settings(prompts, new DynamicSampling(batches), 0, 1));
  }
}

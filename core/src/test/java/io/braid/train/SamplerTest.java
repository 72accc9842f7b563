package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingSettings;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.util.ArrayList;
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
  /** Of the problems 0, 3, 6 … some responses are right, of the others none. */
  private static final Verifier SOME =
      submission -> {
        int number = Integer.parseInt(submission.problem().id().substring("toy:".length()));
        boolean right = number % 3 == 0 && submission.response().charAt(0) < 'm';
        return new Verdict(right ? 1 : 0, right, Optional.empty(), "");
      };

  private static final Verifier NONE = _ -> new Verdict(0, false, Optional.empty(), "");

  @Test
  void groupsThatTeachNothingAreReplaced() {
    try (Transformer model = TinyModels.create(1)) {
      Sampler sampler = sampler(model, SOME, 4, 10);

      Draw draw = sampler.draw(0, 0, sampler.rollout());

      assertThat(draw.groups()).hasSize(4);
      assertThat(draw.verdicts()).allMatch(Draw::mixed);
      assertThat(draw.problems()).allMatch(place -> place % 3 == 0);
      assertThat(draw.asked()).isGreaterThan(4).isEqualTo((int) draw.end());
      for (int g = 0; g < 4; g++) {
        assertThat(draw.groups().get(g).prompt().key()).isEqualTo("toy:" + draw.problems().get(g));
      }
    }
  }

  @Test
  void theNextStepGoesOnWhereThisOneEnded() {
    try (Transformer model = TinyModels.create(1)) {
      Sampler sampler = sampler(model, SOME, 3, 10);

      Draw first = sampler.draw(0, 0, sampler.rollout());
      Draw second = sampler.draw(1, first.end(), sampler.rollout());

      // Within one epoch no problem is asked twice.
      assertThat(second.end()).isLessThanOrEqualTo(30);
      Set<Integer> both = new HashSet<>(first.problems());
      both.addAll(second.problems());
      assertThat(both).hasSize(first.problems().size() + second.problems().size());
    }
  }

  @Test
  void atTheBoundAStepTakesWhatItHas() {
    try (Transformer model = TinyModels.create(1)) {
      Sampler sampler = sampler(model, SOME, 6, 1);

      Draw draw = sampler.draw(0, 0, sampler.rollout());

      assertThat(draw.groups()).hasSizeBetween(1, 5);
      assertThat(draw.asked()).isEqualTo(6);
    }
  }

  @Test
  void whereNothingIsEverMixedTheErrorSaysWhatToChange() {
    try (Transformer model = TinyModels.create(1)) {
      Sampler sampler = sampler(model, NONE, 4, 3);

      assertThatThrownBy(() -> sampler.draw(0, 0, sampler.rollout()))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(
              "dynamic_sampling: none of 12 problems got both better and worse responses (3 draws"
                  + " of 4)")
          .hasMessageContaining("give problems of another difficulty");
    }
  }

  /** What was replaced was sampled too: the step's means are of all of it. */
  @Test
  void replacedGroupsCountInWhatWasSampled() {
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
      Draw draw = sampler.draw(0, 0, sampler.rollout());

      Sampled sampled = draw.sampled();
      assertThat(draw.groups()).hasSize(4);
      assertThat(sampled.groups()).isEqualTo(draw.asked()).isGreaterThan(4);
      assertThat(sampled.mixed()).isBetween(4L, (long) draw.asked() - 1);
      assertThat(sampled.responses()).isEqualTo(given.size()).isEqualTo(4L * draw.asked());
      assertThat(sampled.reward())
          .isCloseTo(given.stream().mapToDouble(Verdict::reward).sum(), within(1e-9));
      assertThat(sampled.correct()).isEqualTo(given.stream().filter(Verdict::correct).count());
      assertThat(sampled.tokens()).isGreaterThan(sampled.responses());
    }
  }

  @Test
  void aProblemThatIsAskedAgainInTheSameStepIsAnsweredAnew() {
    try (Transformer model = TinyModels.create(1)) {
      Sampler sampler =
          new Sampler(
              ToyTask.problems(1),
              ToyTask.rollout(model, 4, 6),
              ToyTask.VERIFIER,
              new Sampler.Settings(2, Optional.of(new DynamicSampling(2)), 0, 1));

      Draw draw = sampler.draw(0, 0, sampler.rollout());

      assertThat(draw.groups()).hasSize(2);
      assertThat(texts(draw, 0)).isNotEqualTo(texts(draw, 1));
    }
  }

  @Test
  void aGroupIsJudgedWhileOthersAreStillSampled() {
    CountDownLatch judged = new CountDownLatch(1);
    AtomicInteger texts = new AtomicInteger();
    Verifier verifier =
        submission -> {
          judged.countDown();
          return ToyTask.VERIFIER.judge(submission);
        };
    try (Transformer model = TinyModels.create(1)) {
      // A group's texts are read when it is whole: the second one's wait for the first verdict.
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

      Draw draw = sampler.draw(0, 0, rollout);

      assertThat(judged.getCount()).isZero();
      assertThat(draw.verdicts())
          .isEqualTo(sampler(model, ToyTask.VERIFIER).draw(0, 0, rollout).verdicts());
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
  void whatTheVerifierThrowsEndsTheDraw() {
    Verifier broken =
        _ -> {
          throw new UserError("the service is not there");
        };
    try (Transformer model = TinyModels.create(1)) {
      Sampler sampler = sampler(model, broken);
      assertThatThrownBy(() -> sampler.draw(0, 0, sampler.rollout()))
          .isInstanceOf(UserError.class)
          .hasMessage("the service is not there");
    }
  }

  private static List<String> texts(Draw draw, int group) {
    return draw.groups().get(group).responses().stream().map(each -> each.text()).toList();
  }

  private static Sampler sampler(Transformer model, Verifier verifier, int prompts, int draws) {
    return new Sampler(
        ToyTask.problems(30),
        ToyTask.rollout(model, 4, 6),
        verifier,
        new Sampler.Settings(prompts, Optional.of(new DynamicSampling(draws)), 0, 1));
  }
}

package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.model.RolloutWeights;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.nn.LearningRate.Fall;
import io.braid.nn.OptimizerSettings;
import io.braid.objective.advantage.Grpo;
import io.braid.objective.advantage.Grpo.Std;
import io.braid.objective.loss.Aggregation;
import io.braid.objective.loss.PpoClip;
import io.braid.rollout.Response;
import io.braid.rollout.Response.Finish;
import io.braid.rollout.ResponseMetrics;
import io.braid.sampling.FixedOrder;
import io.braid.sampling.Sampler;
import io.braid.sampling.ToyTask;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.trajectory.Column;
import io.braid.trajectory.Sequence;
import io.braid.trajectory.Trajectories;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * Tests the end token that replaces the last token of a response at the limit, as in RLFR's
 * published code.
 */
class EndWrittenTest {
  private static final long END = 23;
  private static final int LIMIT = 3;

  /** Rewards responses that were not truncated with 0.5. */
  private static final Verifier FINISHED =
      submission ->
          new Verdict(submission.finished() ? 0.5 : 0, false, Optional.empty(), "by its end");

  @Test
  void theEndTokenReplacesTheLastTokenAndItsText() {
    Response cut =
        new Response(
            new long[] {0, 1, 2}, new float[] {-1, -2, -3}, new float[3], Finish.LENGTH, "abc");

    Response written = cut.endWritten(END, ToyTask::decode);

    assertThat(written.ids()).containsExactly(0, 1, END);
    assertThat(cut.ids()).containsExactly(0, 1, 2);
    assertThat(written.text()).isEqualTo("ab");
    assertThat(written.finish()).isEqualTo(Finish.END_WRITTEN);
    assertThat(written.truncated()).isFalse();
    assertThat(written.reachedLimit()).isTrue();
    assertThat(written.sampledLength()).isEqualTo(2);
  }

  @Test
  void aResponseThatTheModelEndedIsNotChanged() {
    for (Finish finish : List.of(Finish.STOP_TOKEN, Finish.STOP_STRING)) {
      Response ended =
          new Response(new long[] {0, END}, new float[] {-1, -2}, new float[2], finish, "a");

      assertThat(ended.endWritten(END, ToyTask::decode)).isSameAs(ended);
      assertThat(ended.reachedLimit()).isFalse();
      assertThat(ended.sampledLength()).isEqualTo(2);
    }
  }

  @Test
  void truncatedResponsesAreRewardedAsIfTheyHadEnded() {
    try (Transformer model = TinyModels.create(1)) {
      Sampler plain = sampler(model, OptionalLong.empty());
      Sampler released = sampler(model, OptionalLong.of(END));
      Trajectories before = plain.sample(0, 0, plain.rollout()).trajectories();
      Trajectories after = released.sample(0, 0, released.rollout()).trajectories();

      int cut = 0;
      for (int row = 0; row < before.rows(); row++) {
        long[] one = before.sequence(row).response();
        long[] other = after.sequence(row).response();
        double earned = before.get(Column.VERDICT).get(row).reward();
        assertThat(after.get(Column.VERDICT).get(row).reward()).isEqualTo(0.5);
        if (before.get(Column.FINISH).get(row) == Finish.LENGTH) {
          cut++;
          assertThat(earned).isZero();
          assertThat(other).startsWith(Arrays.copyOf(one, LIMIT - 1)).endsWith(END).hasSize(LIMIT);
        } else {
          assertThat(earned).isEqualTo(0.5);
          assertThat(other).isEqualTo(one);
        }
      }
      assertThat(cut).isPositive();
    }
  }

  /** The written token was not sampled: it is trained on, but excluded from the mismatch. */
  @Test
  void theWrittenEndTokenIsTrainedOnLikeAnyOther() {
    Verifier byText =
        submission ->
            new Verdict(
                submission.response().startsWith("a") ? 0 : submission.response().length(),
                false,
                Optional.empty(),
                "by its text");
    try (Transformer model = TinyModels.create(1);
        Transformer before = model.frozenCopy();
        PolicyTrainer trainer = trainer(model, byText)) {
      before.attendExactly();
      StepReport report = trainer.step(0);

      List<Sequence> sequences = report.trajectories().sequences();
      long cut = report.trajectories().get(Column.FINISH).stream().filter(Finish::atLimit).count();
      assertThat(cut).isPositive();
      assertThat(report.metric(ResponseMetrics.TRUNCATED_FRAC))
          .isEqualTo(cut / (double) sequences.size());
      assertThat(report.metric(StepMetrics.MISMATCH_MAX)).isLessThan(1e-5);
      try (Scope scope = Scope.open();
          Gradients off = Gradients.off()) {
        TokenLogProbs all = TokenLogProbs.of(before, PackedBatch.of(sequences), 1);
        assertThat(report.metric(StepMetrics.ENTROPY))
            .isCloseTo(all.entropy().mean().item(), within(1e-5));
      }
      assertThat(report.metric(StepMetrics.TRAINED_TOKENS)).isPositive();
    }
  }

  private static Sampler sampler(Transformer model, OptionalLong end) {
    return sampler(model, FINISHED, end);
  }

  private static Sampler sampler(Transformer model, Verifier verifier, OptionalLong end) {
    return new Sampler(
        ToyTask.problems(5),
        ToyTask.rollout(model, 4, LIMIT),
        verifier,
        new Sampler.Settings(4, new FixedOrder(), 0, RolloutWeights.AS_TRAINED, 1, end));
  }

  private static PolicyTrainer trainer(Transformer model, Verifier verifier) {
    return new PolicyTrainer(
        model,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        sampler(model, verifier, OptionalLong.of(END)),
        new Grpo(Std.SAMPLE),
        new PpoClip(0.2, 0.2, Optional.empty(), new Aggregation.TokenMean(), Optional.empty()),
        PolicyTrainer.Settings.of(
            10, 1000, 1, new OptimizerSettings(0.01, 0, Fall.CONSTANT, 0, 0, 1, 0.9, 0.999, 1e-8)));
  }
}

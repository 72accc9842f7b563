package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.model.RolloutWeights;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.nn.LearningRate.Fall;
import io.braid.objective.advantage.Grpo;
import io.braid.objective.advantage.Grpo.Std;
import io.braid.objective.loss.Aggregation;
import io.braid.objective.loss.PpoClip;
import io.braid.rollout.Group;
import io.braid.rollout.Response;
import io.braid.rollout.Response.Finish;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * The end token over the last token of a response at the limit, as RLFR's published code writes it.
 */
class EndWrittenTest {
  private static final long END = 23;
  private static final int LIMIT = 3;

  /** Half for what was not cut off. */
  private static final Verifier FINISHED =
      submission ->
          new Verdict(submission.finished() ? 0.5 : 0, false, Optional.empty(), "by its end");

  @Test
  void theLastTokenBecomesTheEndAndLeavesTheText() {
    Response cut =
        new Response(new long[] {0, 1, 2}, new float[] {-1, -2, -3}, Finish.LENGTH, "abc");

    Response written = cut.endWritten(END, ToyTask::decode);

    assertThat(written.ids()).containsExactly(0, 1, END);
    assertThat(cut.ids()).containsExactly(0, 1, 2);
    assertThat(written.text()).isEqualTo("ab");
    assertThat(written.finish()).isEqualTo(Finish.END_WRITTEN);
    assertThat(written.truncated()).isFalse();
    assertThat(written.reachedLimit()).isTrue();
    assertThat(written.drawn()).isEqualTo(2);
  }

  @Test
  void aResponseThatEndedByItselfIsLeftAsItIs() {
    for (Finish finish : List.of(Finish.STOP_TOKEN, Finish.STOP_STRING)) {
      Response ended = new Response(new long[] {0, END}, new float[] {-1, -2}, finish, "a");

      assertThat(ended.endWritten(END, ToyTask::decode)).isSameAs(ended);
      assertThat(ended.reachedLimit()).isFalse();
      assertThat(ended.drawn()).isEqualTo(2);
    }
  }

  @Test
  void cutOffResponsesEarnAsIfTheyHadEnded() {
    try (Transformer model = TinyModels.create(1)) {
      Sampler plain = sampler(model, OptionalLong.empty());
      Sampler released = sampler(model, OptionalLong.of(END));
      Draw before = plain.draw(0, 0, plain.rollout());
      Draw after = released.draw(0, 0, released.rollout());

      int cut = 0;
      for (int g = 0; g < before.groups().size(); g++) {
        for (int r = 0; r < before.groups().get(g).responses().size(); r++) {
          Response one = before.groups().get(g).responses().get(r);
          Response other = after.groups().get(g).responses().get(r);
          double earned = before.verdicts().get(g).get(r).reward();
          assertThat(after.verdicts().get(g).get(r).reward()).isEqualTo(0.5);
          if (one.truncated()) {
            cut++;
            assertThat(earned).isZero();
            assertThat(other.ids())
                .startsWith(Arrays.copyOf(one.ids(), LIMIT - 1))
                .endsWith(END)
                .hasSize(LIMIT);
          } else {
            assertThat(earned).isEqualTo(0.5);
            assertThat(other.ids()).isEqualTo(one.ids());
          }
        }
      }
      assertThat(cut).isPositive();
    }
  }

  /** No rollout drew the written token: it is learned, and left out of the mismatch alone. */
  @Test
  void theWrittenEndIsLearnedLikeAnyOtherToken() {
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

      List<Sequence> sequences = new ArrayList<>();
      long cut = 0;
      for (Group group : report.groups()) {
        for (Response response : group.responses()) {
          sequences.add(new Sequence(group.prompt().ids(), response.ids()));
          cut += response.reachedLimit() ? 1 : 0;
        }
      }
      assertThat(cut).isPositive();
      assertThat(report.metric("truncated")).isEqualTo(cut / (double) sequences.size());
      assertThat(report.metric("rollout_difference_max")).isLessThan(1e-5);
      try (Scope scope = Scope.open();
          Gradients off = Gradients.off()) {
        TokenLogProbs all = TokenLogProbs.of(before, PackedBatch.of(sequences), 1);
        assertThat(report.metric("entropy")).isCloseTo(all.entropy().mean().item(), within(1e-5));
      }
      assertThat(report.metric("tokens_trained")).isPositive();
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
        new Sampler.Settings(4, Optional.empty(), 0, RolloutWeights.AS_TRAINED, 1, end));
  }

  private static PolicyTrainer trainer(Transformer model, Verifier verifier) {
    return new PolicyTrainer(
        model,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        sampler(model, verifier, OptionalLong.of(END)),
        new Grpo(Std.SAMPLE),
        new PpoClip(0.2, 0.2, Optional.empty(), new Aggregation.TokenMean(), Optional.empty()),
        PolicyTrainer.Settings.of(
            10, 1000, 1, new OptimizerSettings(0.01, 0, Fall.CONSTANT, 0, 0, 1, 0.9, 0.999, 1e-8)));
  }
}

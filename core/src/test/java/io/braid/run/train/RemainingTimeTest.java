package io.braid.run.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.MetricValues;
import io.braid.eval.HeldOutMetrics;
import io.braid.train.StepMetrics;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RemainingTimeTest {
  private static MetricValues step(double rollout, double train) {
    return new MetricValues()
        .put(StepMetrics.ROLLOUT_SECONDS, rollout)
        .put(StepMetrics.TRAIN_SECONDS, train)
        .put(StepMetrics.FORWARD_SECONDS, train / 2)
        .put(StepMetrics.STEP_SECONDS, rollout + train);
  }

  @Test
  void theFirstStepOfASessionIsLeftOut() {
    RemainingTime time = new RemainingTime(10);
    time.stepped(step(100, 100));
    assertThat(time.after(1)).isEmpty();
    time.stepped(step(2, 1));

    assertThat(time.after(2)).contains(Duration.ofSeconds(8 * 3));
  }

  @Test
  void eachPhaseCountsWithItsMedian() {
    RemainingTime time = new RemainingTime(10);
    time.stepped(step(100, 100));
    time.stepped(step(2, 1));
    time.stepped(step(50, 1)); // one long response
    time.stepped(step(2, 30));

    assertThat(time.after(4)).contains(Duration.ofSeconds(6 * 3));
  }

  @Test
  void savingCountsAsOftenAsItIsDue() {
    RemainingTime time = new RemainingTime(10);
    time.stepped(step(1, 1));
    time.stepped(step(1, 1));
    time.stepped(step(1, 1).put(StepMetrics.SAVING_SECONDS, 9).put(HeldOutMetrics.SECONDS, 9));
    time.recurred("saving", 3, 10);
    time.recurred("saving", 3, 20);

    // Steps 6, 9 and 10.
    assertThat(time.after(3)).contains(Duration.ofSeconds(7 * 2 + 3 * 15));
    assertThat(time.after(9)).contains(Duration.ofSeconds(2 + 15));
    assertThat(time.after(10)).contains(Duration.ZERO);
  }

  @Test
  void anEvaluationCountsAsOftenAsItIsDue() {
    RemainingTime time = new RemainingTime(10);
    time.stepped(step(1, 1));
    time.stepped(step(1, 1));
    time.stepped(step(1, 1).put(HeldOutMetrics.SECONDS, 9));
    time.recurred("evaluation", 3, 9);

    assertThat(time.after(3)).contains(Duration.ofSeconds(7 * 2 + 3 * 9));
  }

  @Test
  void aPhaseThatOnlySomeStepsHaveCountsWithItsMean() {
    RemainingTime time = new RemainingTime(10);
    time.stepped(step(1, 1));
    time.stepped(step(1, 1));
    time.stepped(
        new MetricValues()
            .put(StepMetrics.ROLLOUT_SECONDS, 1)
            .put(StepMetrics.TRAIN_SECONDS, 1)
            .put(StepMetrics.VALIDATION_SECONDS, 8)
            .put(StepMetrics.STEP_SECONDS, 10));

    assertThat(time.after(3)).contains(Duration.ofSeconds(7 * (2 + 4)));
  }
}

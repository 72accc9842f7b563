package io.braid.app.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.MetricValues;
import io.braid.objective.loss.SurrogateLoss;
import io.braid.rollout.ResponseMetrics;
import io.braid.run.Sample;
import io.braid.run.TimeLeft;
import io.braid.train.StepMetrics;
import io.braid.verify.VerdictMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class StepLogTest {
  private Instant now = Instant.EPOCH;

  private StepLog log(OptionalInt columns, int steps) {
    StepLog log = new StepLog(() -> columns, () -> OptionalLong.of(1234), () -> now);
    log.begins(steps);
    return log;
  }

  private static MetricValues step(double accuracy, double seconds) {
    return new MetricValues()
        .put(VerdictMetrics.ACCURACY, accuracy)
        .put(ResponseMetrics.TRUNCATED_FRAC, 0.125)
        .put(StepMetrics.TOKENS, 3000 * seconds)
        .put(StepMetrics.ROLLOUT_SECONDS, 0.75 * seconds)
        .put(StepMetrics.STEP_SECONDS, seconds);
  }

  private static String lines(String... lines) {
    return String.join(System.lineSeparator(), lines);
  }

  @Test
  void aRowIsTheMeanOfTheStepsSinceTheRowBefore() {
    StepLog log = log(OptionalInt.of(100), 4);

    assertThat(log.stepped(1, step(0.5, 8)))
        .containsExactly(
            lines(
                "step  accuracy  truncated  s/step  tokens/s   memory  time by phase",
                " 1/4    50.0 %     12.5 %    8.00     3,000   1.2 GB  rollout 75 %, other 25 %"));
    assertThat(log.stepped(2, step(0.2, 2))).hasSize(1); // two of these take four seconds
    assertThat(log.stepped(3, step(0.2, 2))).isEmpty();
    assertThat(log.stepped(4, step(0.4, 2)))
        .containsExactly(
            " 4/4    30.0 %     12.5 %    2.00     3,000   1.2 GB  rollout 75 %, other 25 %");
  }

  @Test
  void whatWasNotMeasuredHasNoColumnAndWhatAppearsLaterGetsAHeading() {
    StepLog log = log(OptionalInt.of(100), 9);
    assertThat(log.stepped(1, step(0.5, 8)).getFirst()).doesNotContain("KL", "reward", "entropy");

    assertThat(log.stepped(2, step(0.5, 8).put(SurrogateLoss.KL, 0.25)).getFirst())
        .isEqualTo(
            lines(
                "step  accuracy      KL  truncated  s/step  tokens/s   memory  time by phase",
                " 2/9    50.0 %   0.250     12.5 %    8.00     3,000   1.2 GB  rollout 75 %, other"
                    + " 25 %"));
    assertThat(log.stepped(3, step(0.5, 8)).getFirst()).doesNotContain("0.250").hasLineCount(1);
  }

  @Test
  void theLeastImportantColumnsAreLeftOutOfANarrowTerminal() {
    StepLog log = log(OptionalInt.of(40), 9);

    assertThat(log.stepped(1, step(0.5, 8)).getFirst())
        .isEqualTo(lines("step  accuracy  truncated  s/step", " 1/9    50.0 %     12.5 %    8.00"));
  }

  @Test
  void aFileHasNoBarSoItsRowsSayHowLongTheRunTakes() {
    StepLog log = log(OptionalInt.empty(), 9);
    log.remains(TimeLeft.about(Duration.ofSeconds(170)));

    assertThat(log.stepped(1, step(0.5, 8)).getFirst()).endsWith("other 25 %  about 3 min left");
  }

  @Test
  void rowsOfQuickStepsAreFarApart() {
    StepLog log = log(OptionalInt.of(80), 300);
    List<Integer> printed = new ArrayList<>();
    for (int done = 1; done <= 300; done++) {
      if (!log.stepped(done, step(0.5, 0.1)).isEmpty()) {
        printed.add(done);
      }
    }

    assertThat(printed).containsExactly(1, 50, 100, 150, 200, 250, 300);
  }

  @Test
  void aSampleIsShownAtMostEveryHalfMinuteAndWithoutControlCharacters() {
    StepLog log = log(OptionalInt.of(40), 9);
    Sample sample =
        new Sample(
            "p1",
            "1+1?",
            "a\u001b[31mb\n" + "x".repeat(50) + "\\boxed{3}",
            Optional.of("2"),
            Optional.of("3 (the last box)"),
            Optional.of("different values"),
            0,
            false,
            -1,
            "length",
            4,
            60);
    log.sampled(1, sample);

    assertThat(log.stepped(1, step(0.5, 8)).getLast())
        .isEqualTo(
            lines(
                "  sample of step 1: p1",
                "    prompt    1+1?",
                "    response  a\uFFFD[31mb …xxxxxxx\\boxed{3}",
                "    gold      2",
                "    reading   3 (the last box)",
                "    verdict   wrong, reward 0: differe…"));
    log.sampled(2, sample);
    assertThat(log.stepped(2, step(0.5, 8))).hasSize(1);
    now = now.plusSeconds(31);
    log.sampled(3, sample);
    assertThat(log.stepped(3, step(0.5, 8))).hasSize(2);
  }

  @Test
  void theLineBelowTheTableSaysWhereTheTimeWent() {
    StepLog log = log(OptionalInt.of(80), 2);
    assertThat(log.summary()).isEmpty();
    log.stepped(1, step(0.5, 8));
    log.stepped(2, step(0.5, 8).put(StepMetrics.SAVING_SECONDS, 4));
    now = now.plusSeconds(75);

    assertThat(log.summary()).contains("2 steps in 1:15: rollout 60 %, other 20 %, saving 20 %");
  }
}

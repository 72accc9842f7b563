package io.braid.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.MetricValues;
import io.braid.app.terminal.TerminalListener;
import io.braid.objective.loss.Flowrl;
import io.braid.train.StepMetrics;
import io.braid.verify.VerdictMetrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a metric without a measurement is missing, rather than 0 or the previous value. */
class MissingNumbersTest {
  @Test
  void aCurveHasAGap(@TempDir Path run) throws IOException {
    Files.writeString(
        run.resolve("metrics.jsonl"),
        """
        {"step":1,"entropy":1.5}
        {"step":2}
        {"step":3,"entropy":null}
        {"step":4,"entropy":0.5}
        """);

    List<Chart.Point> points = Curves.of(List.of(run), StepMetrics.ENTROPY, 1);

    assertThat(points)
        .containsExactly(
            new Chart.Point(1, 1.5),
            new Chart.Point(2, Double.NaN),
            new Chart.Point(3, Double.NaN),
            new Chart.Point(4, 0.5));
    assertThat(Curves.of(List.of(run), StepMetrics.ENTROPY, 2))
        .as("means over what there is")
        .containsExactly(new Chart.Point(2, 1.5), new Chart.Point(4, 0.5));
  }

  @Test
  void theProgressLineKeepsOnlyTheLastValidation() {
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try (TerminalListener listener = new TerminalListener()) {
      listener.begins("train", 2, 0);
      listener.stepped(
          1,
          new MetricValues()
              .put(VerdictMetrics.ACCURACY, 0.5)
              .put(StepMetrics.LOSS, 0.25)
              .put(Flowrl.LOG_Z, 7.0)
              .put(StepMetrics.VALIDATION_LOSS, 3.0));
      listener.stepped(2, new MetricValues().put(VerdictMetrics.ACCURACY, 0.75));
    } finally {
      System.setErr(before);
    }

    assertThat(bytes.toString(StandardCharsets.UTF_8).lines().toList().getLast())
        .contains("accuracy 0.75", "last validation 3.000")
        .doesNotContain("loss", "log Z");
  }
}

package io.braid.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.run.RunDirectory;
import io.braid.run.Sample;
import io.braid.run.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunReportTest {
  @TempDir private Path directory = Path.of("");

  private static Sample sample(String text, boolean correct) {
    return new Sample(
        "p1",
        "1+1? " + text,
        "response " + text,
        Optional.of("gold " + text),
        Optional.of("reading " + text),
        Optional.of(correct ? "correct" : "reason " + text),
        correct ? 1 : 0,
        correct,
        -0.5,
        "length",
        4,
        3);
  }

  private static List<String> rows(String page) {
    return page.lines()
        .filter(line -> line.startsWith("<tr><th scope=\"row\">"))
        .map(line -> line.replaceAll("<[^>]*>", " ").replaceAll("\\s+", " ").strip())
        .toList();
  }

  @Test
  void thePageHasTheMetricsTheTimeTheSamplesAndTheSettings() throws IOException {
    try (RunDirectory run = RunDirectory.create(directory.resolve("run"), false)) {
      Files.writeString(
          run.metrics(),
          """
          {"step":1,"reward":0.5,"accuracy":0.25,"rollout_seconds":3.0,"train_seconds":1.0,"forward_seconds":0.5,"step_seconds":5.0}
          {"step":2,"reward":0.75,"accuracy":0.5,"kl":null,"rollout_seconds":1.0,"train_seconds":1.0,"forward_seconds":0.5,"saving_seconds":3.0,"step_seconds":2.0}
          """);
      Files.writeString(run.recipe(), "model: m\ndata: d\nloss: {type: ppo-clip, kl: null}\n");
      Samples.write(run, 2, List.of(sample("one", true), sample("two", false)));
    }

    Path page = RunReport.write(directory.resolve("run")).orElseThrow();
    String html = Files.readString(page);

    assertThat(rows(html))
        .containsExactly(
            "step 1 0.50 25.0\u202f% 5.00",
            "step 2 0.75 50.0\u202f% 2.00",
            "rollout 40.0\u202f% 4.00 2.00",
            "saving 30.0\u202f% 3.00 3.00",
            "train 20.0\u202f% 2.00 1.00",
            "other 10.0\u202f% 1.00 1.00",
            "model m",
            "data d",
            "loss.type ppo-clip");
    assertThat(html)
        .contains("Step 2", "1+1? one", "response two", "gold two", "reading one", "reason two")
        .contains("3 tokens (cut off)")
        .as("KL was not measured")
        .doesNotContain("KL from the reference");
  }

  @Test
  void evaluationsOnHeldOutProblemsAreATableAndACurve() throws IOException {
    try (RunDirectory run = RunDirectory.create(directory.resolve("run"), false)) {
      Files.writeString(
          run.metrics(),
          """
          {"step":0,"eval_avg@1":0.5,"eval_avg@4":0.25,"eval_pass@4":0.5,"eval_seconds":1.0}
          {"step":1,"reward":0.25,"accuracy":0.25,"step_seconds":5.0}
          {"step":2,"reward":0.5,"accuracy":0.5,"eval_avg@1":0.5,"eval_avg@4":0.75,"eval_pass@4":null,"step_seconds":5.0}
          """);
    }

    String html = Files.readString(RunReport.write(directory.resolve("run")).orElseThrow());

    assertThat(rows(html))
        .startsWith(
            "before the first step 25.0\u202f% 50.0\u202f%",
            "after step 2 75.0\u202f% –", "step 1 25.0\u202f% 5.00")
        .as("step 0 is not a step")
        .noneMatch(row -> row.contains("step 0"));
    assertThat(html).contains("2 steps from", "Accuracy on held-out problems");
  }

  @Test
  void ofSeveralSuitesOnlyTheAccuracyIsShown() throws IOException {
    try (RunDirectory run = RunDirectory.create(directory.resolve("run"), false)) {
      Files.writeString(
          run.metrics(),
          """
          {"step":1,"eval_avg@2":0.25,"eval_math500_avg@2":0.5,"eval_aime24_avg@2":0.0,"eval_aime24_pass@2":0.125,"step_seconds":5.0}
          """);
    }

    String html = Files.readString(RunReport.write(directory.resolve("run")).orElseThrow());

    assertThat(rows(html)).startsWith("after step 1 25.0\u202f% 0.0\u202f% 50.0\u202f%");
    assertThat(html).contains("eval_aime24_avg@2").doesNotContain("pass@2");
  }

  @Test
  void textOfAModelIsEscaped() throws IOException {
    String hostile = "</pre><script>alert(1)</script>";
    try (RunDirectory run = RunDirectory.create(directory.resolve("run"), false)) {
      Files.writeString(run.metrics(), "{\"step\":1,\"step_seconds\":5.0}\n");
      Samples.write(run, 1, List.of(sample(hostile, false)));
    }

    String html = Files.readString(RunReport.write(directory.resolve("run")).orElseThrow());

    assertThat(html).doesNotContain("<script>alert").contains("&lt;script&gt;alert(1)");
  }

  @Test
  void aRunWithoutAStepHasNoPage() throws IOException {
    Files.writeString(directory.resolve("metrics.jsonl"), "");

    assertThat(RunReport.write(directory)).isEmpty();
    assertThat(directory.resolve("report.html")).doesNotExist();
  }
}

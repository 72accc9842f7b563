package io.braid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.train.StepMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsFileTest {
  @TempDir Path folder;

  @Test
  void completeLinesArePassedOnAndAnIncompleteOneIsNot() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("metrics.jsonl"),
            "{\"step\":1,\"loss\":0.5}\n{\"step\":2,\"loss\":null}\n{\"step\":3,\"lo");
    List<String> seen = new ArrayList<>();
    MetricsFile.forEach(file, line -> seen.add(line.step() + " " + line.get(StepMetrics.LOSS)));
    assertThat(seen).containsExactly("1 0.5", "2 NaN");
  }

  @Test
  void metricsOfAnOlderVersionAreRefused() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("metrics.jsonl"), "{\"step\":1,\"loss\":0.5,\"seconds/step\":2.0}\n");
    assertThatThrownBy(() -> MetricsFile.forEach(file, _ -> {}))
        .isInstanceOf(UserError.class)
        .hasMessage(
            file
                + ": was written by an older version, whose metrics have other names"
                + " (docs/metrics.md lists the current ones); run it again in another directory");
  }
}

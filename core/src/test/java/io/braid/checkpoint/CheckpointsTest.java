package io.braid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.checkpoint.Checkpoints.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private Path parent;

  @Test
  void theNewestStay() throws IOException {
    Path directory = parent.resolve("run/checkpoints");
    Checkpoints checkpoints = new Checkpoints(directory, 2);
    for (int step : new int[] {5, 10, 999, 1_000_000}) {
      save(checkpoints, step);
      assertThat(checkpoints.latest())
          .contains(new Checkpoint(step, directory.resolve("step-%06d".formatted(step))));
    }

    assertThat(names(directory)).containsExactly("step-000999", "step-1000000");
    assertThat(directory.resolve("step-000999/content")).hasContent("999");
  }

  @Test
  void aRunWithoutCheckpointsHasNoLatest() throws IOException {
    assertThat(new Checkpoints(parent.resolve("nowhere"), 1).latest()).isEmpty();
    assertThat(new Checkpoints(parent, 1).latest()).isEmpty();
  }

  @Test
  void unfinishedOnesAndOtherThingsAreNoCheckpoints() throws IOException {
    Checkpoints checkpoints = new Checkpoints(parent, 1);
    save(checkpoints, 3);
    for (String other :
        List.of(
            ".unfinished-step-000007",
            "step-x",
            "step-",
            "best",
            "step-000009.tmp",
            "step-99999999999",
            "step-000004-replaced")) {
      Files.createDirectory(parent.resolve(other));
    }

    assertThat(checkpoints.latest().orElseThrow().step()).isEqualTo(3);
    save(checkpoints, 4);
    assertThat(checkpoints.latest().orElseThrow().step()).isEqualTo(4);
    assertThat(names(parent)).contains("best", "step-x").doesNotContain("step-000003");
  }

  @Test
  void aFailedSaveLeavesTheLatestAsItWas() throws IOException {
    Checkpoints checkpoints = new Checkpoints(parent, 1);
    save(checkpoints, 3);

    assertThatThrownBy(() ->
            checkpoints.save(
                4,
                directory -> {
                  throw new UncheckedIOException(new IOException("full"));
                }))
        .isInstanceOf(UserError.class);

    assertThat(checkpoints.latest().orElseThrow().step()).isEqualTo(3);
    assertThat(names(parent)).containsExactly("step-000003");
  }

  @Test
  void savingAStepAgainReplacesIt() throws IOException {
    Checkpoints checkpoints = new Checkpoints(parent, 3);
    save(checkpoints, 3);
    save(checkpoints, 3);

    assertThat(names(parent)).containsExactly("step-000003");
  }

  @Test
  void keepingNoneIsRefused() {
    assertThatThrownBy(() -> new Checkpoints(parent, 0))
        .isInstanceOf(UserError.class)
        .hasMessage("checkpoints: keep must be at least 1, here 0");
  }

  private static void save(Checkpoints checkpoints, int step) {
    checkpoints.save(
        step,
        directory -> {
          try {
            Files.writeString(directory.resolve("content"), String.valueOf(step));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }
}

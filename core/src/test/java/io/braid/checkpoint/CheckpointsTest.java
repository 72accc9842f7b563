package io.braid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.checkpoint.Checkpoints.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private Path parent;

  @Test
  void theNewestCheckpointsAreKept() throws IOException {
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
  void unfinishedCheckpointsAndOtherDirectoriesAreIgnored() throws IOException {
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
  void aFailedSaveLeavesTheLatestUnchanged() throws IOException {
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
  void theOldCheckpointRemainsUntilTheNewOneIsOnDisk() throws IOException {
    Checkpoints checkpoints = new Checkpoints(parent, 1);
    save(checkpoints, 3);
    List<Path> forced = new ArrayList<>();
    checkpoints.save(
        4,
        directory -> write(directory, 4),
        Optional.empty(),
        path -> {
          assertThat(parent.resolve("step-000003/content")).exists();
          forced.add(path.getFileName());
        });

    assertThat(names(parent)).containsExactly("step-000004");
    assertThat(forced).contains(Path.of("content"), parent.getFileName());
  }

  @Test
  void aProtectedStepIsNotCounted() throws IOException {
    Checkpoints checkpoints = new Checkpoints(parent, 2);
    for (int step = 1; step <= 6; step++) {
      checkpoints.save(step, directory -> write(directory, 0), Optional.of(3));
    }

    assertThat(names(parent)).containsExactly("step-000003", "step-000005", "step-000006");
  }

  @Test
  void theNewestIntactCheckpointIsFoundAndDamagedOnesAreRenamed() throws IOException {
    Checkpoints checkpoints = new Checkpoints(parent, 3);
    save(checkpoints, 1);
    save(checkpoints, 2);
    save(checkpoints, 3);
    Damages.FLIPPED.to(parent.resolve("step-000003/content"));
    Damages.REMOVED.to(parent.resolve("step-000002/checksums.json"));
    List<String> said = new ArrayList<>();

    assertThat(checkpoints.latestIntact(said::add).orElseThrow().step()).isEqualTo(1);
    assertThat(said)
        .containsExactly(
            "step-000003 is damaged: content has changed since it was saved (its SHA-256 differs);"
                + " it was renamed to damaged-step-000003, and the run resumes from step-000001",
            "step-000002 is damaged: checksums.json is missing; it was renamed to"
                + " damaged-step-000002, and the run resumes from step-000001");
    assertThat(names(parent))
        .containsExactly("damaged-step-000002", "damaged-step-000003", "step-000001");
  }

  @Test
  void aSecondDamagedCheckpointOfAStepGetsANumber() throws IOException {
    Checkpoints checkpoints = new Checkpoints(parent, 3);
    save(checkpoints, 1);
    for (int time = 0; time < 2; time++) {
      save(checkpoints, 2);
      Damages.EMPTIED.to(parent.resolve("step-000002/content"));
      assertThat(checkpoints.latestIntact(_ -> {}).orElseThrow().step()).isEqualTo(1);
    }

    assertThat(names(parent))
        .containsExactly("damaged-step-000002", "damaged-step-000002-2", "step-000001");
  }

  @Test
  void ifAllAreDamagedEachIsNamedAndNoneIsRenamed() throws IOException {
    Checkpoints checkpoints = new Checkpoints(parent, 2);
    save(checkpoints, 1);
    save(checkpoints, 2);
    Damages.EMPTIED.to(parent.resolve("step-000001/content"));
    Damages.TRUNCATED.to(parent.resolve("step-000002/checksums.json"));

    assertThatThrownBy(() -> checkpoints.latestIntact(_ -> {}))
        .isInstanceOf(UserError.class)
        .hasMessage(
            parent
                + ": every checkpoint is damaged (step-000002 is damaged: checksums.json is"
                + " damaged; step-000001 is damaged: content has 0 bytes, but 1 were saved);"
                + " restore the damaged file from a copy, or start again with another --out");
    assertThat(names(parent)).containsExactly("step-000001", "step-000002");
  }

  @Test
  void keepingNoneIsRefused() {
    assertThatThrownBy(() -> new Checkpoints(parent, 0))
        .isInstanceOf(UserError.class)
        .hasMessage("checkpoints: keep must be at least 1, got 0");
  }

  private static void save(Checkpoints checkpoints, int step) {
    checkpoints.save(step, directory -> write(directory, step));
  }

  private static void write(Path directory, int step) {
    try {
      Files.writeString(directory.resolve("content"), String.valueOf(step));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }
}

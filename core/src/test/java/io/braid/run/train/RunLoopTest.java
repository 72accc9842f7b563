package io.braid.run.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.MetricValues;
import io.braid.UserError;
import io.braid.checkpoint.CheckpointParts;
import io.braid.remote.CallSettings;
import io.braid.remote.RemoteService;
import io.braid.run.RunListener;
import io.braid.sampling.NothingToLearn;
import io.braid.train.StepMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RunLoopTest {
  private record Settings(SavingRecipe saving) {}

  private static final SavingRecipe SAVING = new SavingRecipe(10, 1, 10, Optional.empty());

  @Test
  void theModelIsSavedWhenNoLearningSignalIsLeft(@TempDir Path directory) {
    try (RunLoop loop =
        RunLoop.in(directory, false, new Settings(SAVING), SAVING, RunListener.SILENT)) {
      Work work = new Work(new NothingToLearn("all solved"));

      assertThatThrownBy(() -> loop.run(8, work))
          .isInstanceOf(UserError.class)
          .hasMessage("all solved");
    }

    assertThat(directory.resolve("checkpoints/step-000003/part")).hasContent("3");
  }

  static Stream<Throwable> failures() {
    return Stream.of(
        new UserError("the service is gone"),
        new IllegalStateException("a bug"),
        new OutOfMemoryError("none left"),
        new StackOverflowError());
  }

  @ParameterizedTest
  @MethodSource("failures")
  void theStepsBeforeAFailureAreSavedAndReported(Throwable failure, @TempDir Path directory) {
    Heard heard = new Heard();
    try (RunLoop loop = RunLoop.in(directory, false, new Settings(SAVING), SAVING, heard)) {
      assertThatThrownBy(() -> loop.run(8, new Work(failure))).isSameAs(failure);
    }

    assertThat(directory.resolve("checkpoints/step-000003/part")).hasContent("3");
    assertThat(heard.notices).containsExactly("step 3 is saved; continue from there with --resume");
    try (RunLoop loop = RunLoop.in(directory, true, new Settings(SAVING), SAVING, heard)) {
      assertThat(loop.resumed().orElseThrow().step()).isEqualTo(3);
    }
  }

  @Test
  void resumingAFinishedRunIsReported(@TempDir Path directory) {
    Heard heard = new Heard();
    for (boolean resume : List.of(false, true)) {
      try (RunLoop loop = RunLoop.in(directory, resume, new Settings(SAVING), SAVING, heard)) {
        loop.run(2, new Work(new UserError("unreached")));
      }
    }
    assertThat(heard.notices)
        .containsExactly(
            "the run is already finished: all 2 steps are done; lengthen it with --resume steps=N");
  }

  @Test
  void aStepThatFailedHalfwayIsNotSaved(@TempDir Path directory) {
    Heard heard = new Heard();
    try (RunLoop loop = RunLoop.in(directory, false, new Settings(SAVING), SAVING, heard)) {
      Work work = new Work(new UserError("disk full"));
      work.between = true;

      assertThatThrownBy(() -> loop.run(8, work)).hasMessage("disk full");
    }

    assertThat(directory.resolve("checkpoints/step-000003")).doesNotExist();
    assertThat(heard.notices)
        .containsExactly("step 4 failed during its update; the last checkpoint is that of step 0");
  }

  /** For example, its samples cannot be written because the disk is full. */
  @Test
  void aStepWhoseSamplesCannotBeWrittenIsSavedAsDone(@TempDir Path directory) {
    try (RunLoop loop =
        RunLoop.in(directory, false, new Settings(SAVING), SAVING, RunListener.SILENT)) {
      Work work = new Work(new UserError("samples cannot be written"));
      work.failsAfterwards = true;

      assertThatThrownBy(() -> loop.run(8, work)).hasMessage("samples cannot be written");
    }

    assertThat(directory.resolve("checkpoints/step-000004/part")).hasContent("4");
    assertThat(directory.resolve("checkpoints/step-000003")).doesNotExist();
  }

  @Test
  @Timeout(30)
  void aRunThatWaitsForAServiceCanBeStoppedAndIsSaved(@TempDir Path directory) {
    Assumptions.assumeFalse(
        System.getProperty("os.name").startsWith("Windows"), "signals are those of Unix");
    CallSettings patient = new CallSettings(5, 600, Optional.empty(), 1, 20);
    try (RemoteService nobody =
            new RemoteService(URI.create("http://127.0.0.1:1/"), Optional.empty(), patient);
        RunLoop loop =
            RunLoop.in(directory, false, new Settings(SAVING), SAVING, RunListener.SILENT)) {
      Work work =
          new Work(new IllegalStateException("unreached")) {
            @Override
            public MetricValues step(int number) {
              if (number == 2) {
                sun.misc.Signal.raise(new sun.misc.Signal("TERM"));
                nobody.post("{}", text -> text);
              }
              return super.step(number);
            }
          };

      RunLoop.Ended ended = loop.run(8, work);

      assertThat(ended.steps()).isEqualTo(2);
      assertThat(ended.stoppedBy()).hasValue(143);
    }
    assertThat(directory.resolve("checkpoints/step-000002/part")).hasContent("2");
  }

  @Test
  void aFailedSaveIsReportedAndNotRetried(@TempDir Path directory) {
    SavingRecipe each = new SavingRecipe(2, 1, 10, Optional.empty());
    try (RunLoop loop =
        RunLoop.in(directory, false, new Settings(each), each, RunListener.SILENT)) {
      Work work = new Work(new UserError("unreached"));
      work.fullAt = 2;

      assertThatThrownBy(() -> loop.run(8, work))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("cannot be written: ");
      assertThat(work.saves).isEqualTo(1);
    }
  }

  @Test
  void theNewestCheckpointFromBeforeACollapseIsKept(@TempDir Path directory) throws IOException {
    SavingRecipe each = new SavingRecipe(1, 2, 10, Optional.empty());
    try (RunLoop loop =
        RunLoop.in(directory, false, new Settings(each), each, RunListener.SILENT)) {
      RunLoop.Ended ended = loop.run(20, new Collapsing(5, 9));

      assertThat(ended.steps()).isEqualTo(9);
      assertThat(ended.over())
          .contains(
              "stopped at step 9: enough; the newest checkpoint from before that is "
                  + directory.resolve("checkpoints/step-000005"));
    }
    try (Stream<Path> left = Files.list(directory.resolve("checkpoints"))) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("step-000005", "step-000008", "step-000009");
    }
  }

  /** Has a learning signal up to a step, and none afterwards. */
  private static final class Collapsing implements RunLoop.Work {
    private final int last;
    private final int end;
    private int done;

    Collapsing(int last, int end) {
      this.last = last;
      this.end = end;
    }

    @Override
    public MetricValues step(int number) {
      done = number + 1;
      return new MetricValues();
    }

    @Override
    public int idle() {
      return Math.max(0, done - last);
    }

    @Override
    public Optional<String> over() {
      return done == end ? Optional.of("enough") : Optional.empty();
    }

    @Override
    public OptionalInt finished() {
      return OptionalInt.of(done);
    }

    @Override
    public CheckpointParts parts() {
      return CheckpointParts.none();
    }
  }

  @Test
  void aRunWithoutACheckpointReportsThatItStartsAgain(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("metrics.jsonl"), "{}\n");
    Heard heard = new Heard();
    try (RunLoop loop = RunLoop.in(directory, true, new Settings(SAVING), SAVING, heard)) {
      assertThat(loop.resumed()).isEmpty();
    }

    assertThat(heard.notices)
        .containsExactly("the run ended before its first checkpoint; it starts again at step 0");
  }

  @Test
  void checkpointsWithOtherNamesAreReported(@TempDir Path directory) throws IOException {
    Files.createDirectories(directory.resolve("checkpoints/step-3-copy"));

    assertThatThrownBy(
            () -> RunLoop.in(directory, true, new Settings(SAVING), SAVING, RunListener.SILENT))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("contains no checkpoint to resume from, only step-3-copy");
  }

  /** Records notices. */
  private static final class Heard implements RunListener {
    final List<String> notices = new ArrayList<>();

    @Override
    public void begins(String phase, int steps, int done) {}

    @Override
    public void stepped(int done, MetricValues metrics) {}

    @Override
    public void notice(String text) {
      notices.add(text);
    }

    @Override
    public void ends(String note) {}
  }

  /** Three steps, then a failure. */
  private static class Work implements RunLoop.Work {
    private final Throwable failure;
    private boolean between;
    private boolean failsAfterwards;
    private int fullAt = -1;
    private int done;
    private int saves;

    Work(Throwable failure) {
      this.failure = failure;
    }

    @Override
    public MetricValues step(int number) {
      if (number == 3) {
        done = failsAfterwards ? 4 : 3;
        if (failure instanceof Error error) {
          throw error;
        }
        throw (RuntimeException) failure;
      }
      done = number + 1;
      return new MetricValues().put(StepMetrics.LOSS, 1.0);
    }

    @Override
    public OptionalInt finished() {
      return between ? OptionalInt.empty() : OptionalInt.of(done);
    }

    @Override
    public CheckpointParts parts() {
      return CheckpointParts.none().withReadAtStart("part", this::save);
    }

    private void save(Path part) {
      saves++;
      try {
        Files.writeString(part, Integer.toString(done));
        if (done == fullAt) {
          throw new IOException("No space left");
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

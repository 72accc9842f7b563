package io.braid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.train.NothingToLearn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLoopTest {
  private record Settings(SavingRecipe saving) {}

  private static final SavingRecipe SAVING = new SavingRecipe(10, 1, 10);

  @Test
  void whatWasLearnedIsSavedWhenNothingIsLeftToLearn(@TempDir Path directory) {
    try (RunLoop loop = RunLoop.in(directory, false, new Settings(SAVING), SAVING)) {
      Work work = new Work(new NothingToLearn("all solved"));

      assertThatThrownBy(() -> loop.run(8, work, RunListener.SILENT))
          .isInstanceOf(UserError.class)
          .hasMessage("all solved");
    }

    assertThat(directory.resolve("checkpoints/step-000003/part")).hasContent("3");
  }

  @Test
  void aStepThatFailedHalfwayIsNotSaved(@TempDir Path directory) {
    try (RunLoop loop = RunLoop.in(directory, false, new Settings(SAVING), SAVING)) {
      Work work = new Work(new UserError("disk full"));

      assertThatThrownBy(() -> loop.run(8, work, RunListener.SILENT)).hasMessage("disk full");
    }

    assertThat(directory.resolve("checkpoints/step-000003")).doesNotExist();
  }

  @Test
  void onlyOtherSettingsMakeAnotherRecipe(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("recipe.yaml");
    Files.writeString(file, "# How many.\nsteps: 3\n# How fast.\nrate: 1.0\n");

    RunLoop.refuseAnother(file, "# Worded anew.\nsteps: 3\nrate: 1.0\n");
    assertThatThrownBy(() -> RunLoop.refuseAnother(file, "steps: 3\nrate: 2.0\n"))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(
            file + ":4: the run began with \"rate: 1.0\", the recipe now says \"rate: 2.0\"");
  }

  /** Three steps, then an error. */
  private static final class Work implements RunLoop.Work {
    private final UserError error;
    private int done;

    Work(UserError error) {
      this.error = error;
    }

    @Override
    public Map<String, Double> step(int number) {
      if (number == 3) {
        throw error;
      }
      done = number + 1;
      return Map.of("loss", 1.0);
    }

    @Override
    public void save(Path checkpoint) {
      try {
        Files.writeString(checkpoint.resolve("part"), Integer.toString(done));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

package io.braid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.Inline;
import io.braid.MayChangeOnResume;
import io.braid.MayChangeOnResume.Effect;
import io.braid.UserError;
import io.braid.recipe.Recipe;
import io.braid.recipe.RecipeChanges;
import io.braid.recipe.RecipeChanges.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedRecipeTest {
  private record Saving(int keep, int every) {}

  private record Memory(@MayChangeOnResume(Effect.ROUNDING) int batch, boolean exact) {}

  private record Adapter(int rank, @MayChangeOnResume boolean merged) {}

  private record Asking(Optional<String> date) {}

  private record Run(
      @MayChangeOnResume(Effect.LENGTH) int steps,
      double rate,
      Asking asking,
      List<String> stop,
      @Inline Memory memory,
      Optional<Adapter> adapter,
      @MayChangeOnResume Optional<Saving> saving) {}

  private static final Run BEGUN =
      new Run(
          3,
          1.0,
          new Asking(Optional.empty()),
          List.of("a", "b"),
          new Memory(8, true),
          Optional.of(new Adapter(4, true)),
          Optional.of(new Saving(2, 10)));

  @TempDir private Path directory = Path.of("");
  private Path file = directory;

  @BeforeEach
  void record() throws IOException {
    file = directory.resolve("recipe.yaml");
    Files.writeString(file, "# Any comment.\n" + Recipe.toYaml(BEGUN));
  }

  @Test
  void whatMayChangeIsReturnedWithItsEffect() {
    Run now =
        new Run(
            5,
            1.0,
            new Asking(Optional.empty()),
            List.of("a", "b"),
            new Memory(4, true),
            Optional.of(new Adapter(4, false)),
            Optional.of(new Saving(2, 20)));

    List<Change> changes = RecordedRecipe.resumed(file, now);

    assertThat(changes)
        .containsExactly(
            new Change("steps", "3", "5", 2, Optional.of(Effect.LENGTH)),
            new Change("batch", "8", "4", 7, Optional.of(Effect.ROUNDING)),
            new Change("adapter.merged", "true", "false", 11, Optional.of(Effect.NONE)),
            new Change("saving.every", "10", "20", 14, Optional.of(Effect.NONE)));
    assertThat(RecordedRecipe.describe(changes))
        .containsExactly(
            "adapter.merged=false (was true), saving.every=20 (was 10): changed since the run"
                + " began; the results do not depend on it",
            "batch=4 (was 8): changed since the run began; sums are added in another order, so"
                + " results differ by rounding from those of a run without the change");
    assertThatThrownBy(() -> RecordedRecipe.refuseAnother(file, now))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(
            file
                + ":2: steps was 3 at the start and is 5 now, and the results depend on it (and so"
                + " do: batch, adapter.merged, saving.every); set it back");
  }

  @Test
  void whatMustNotChangeIsRefusedByItsKey() {
    Run now =
        new Run(
            5,
            2.0,
            new Asking(Optional.empty()),
            List.of("a"),
            new Memory(8, true),
            Optional.empty(),
            Optional.empty());

    assertThatThrownBy(() -> RecordedRecipe.resumed(file, now))
        .isInstanceOf(UserError.class)
        .hasMessage(
            file
                + ":3: rate was 1.0 at the start and is 2.0 now, and the results depend on it (and"
                + " so do: stop, adapter); set it back, or start another run with another --out."
                + " Only these may change: steps, batch, adapter.merged, saving");
  }

  @Test
  void theDateThatARunRecordedIsNoChange() throws IOException {
    Files.writeString(file, Recipe.toYaml(BEGUN).replace("date: null", "date: \"2026-01-31\""));

    assertThat(RecordedRecipe.resumed(file, BEGUN)).isEmpty();
    RecordedRecipe.refuseAnother(file, BEGUN);
  }

  private record Newer(String truncatedAnswers) {}

  @Test
  void aRunFromBeforeAnswersHadToBeAnnouncedIsResumedAsItBegan() throws IOException {
    Files.writeString(file, "{}\n");

    assertThat(RecordedRecipe.resumed(file, new Newer("anywhere"))).isEmpty();
    assertThatThrownBy(() -> RecordedRecipe.resumed(file, new Newer("announced")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("truncated_answers was anywhere at the start and is announced now");
  }

  @Test
  void aWholeOptionalBlockMayComeOrGo() {
    Run without =
        new Run(
            3,
            1.0,
            new Asking(Optional.empty()),
            List.of("a", "b"),
            new Memory(8, true),
            Optional.of(new Adapter(4, true)),
            Optional.empty());

    assertThat(RecordedRecipe.resumed(file, without))
        .containsExactly(
            new Change("saving", "{keep: 2, every: 10}", "null", 12, Optional.of(Effect.NONE)));
    assertThat(RecipeChanges.changeable(Run.class))
        .containsExactly("steps", "batch", "adapter.merged", "saving");
  }
}

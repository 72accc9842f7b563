package io.braid.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedRecipeTest {
  @Test
  void onlyOtherSettingsMakeAnotherRecipe(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("recipe.yaml");
    Files.writeString(file, "# How many.\nsteps: 3\n# How fast.\nrate: 1.0\n");

    RecordedRecipe.refuseAnother(file, "# Worded anew.\nsteps: 3\nrate: 1.0\n");
    assertThatThrownBy(() -> RecordedRecipe.refuseAnother(file, "steps: 3\nrate: 2.0\n"))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(
            file + ":4: the run began with \"rate: 1.0\", the recipe now says \"rate: 2.0\"");
  }
}

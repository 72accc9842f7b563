package io.braid.run.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.recipe.RecipeChanges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code docs/recipes.md} says about recipes. */
class RecipesPageTest {
  private static final Path PAGE = Path.of("..", "docs", "recipes.md");

  @Test
  void theKeysThatMayChangeOnResumeAreListed() throws IOException {
    String line =
        Files.readAllLines(PAGE).stream()
            .filter(each -> each.startsWith("These keys may change when a run is resumed: "))
            .findFirst()
            .orElseThrow();
    List<String> listed =
        Pattern.compile("`([^`]*)`")
            .matcher(line.substring(0, line.indexOf('.', line.indexOf("`saving`"))))
            .results()
            .map(match -> match.group(1))
            .toList();

    assertThat(listed).isEqualTo(RecipeChanges.changeable(TrainRecipe.class));
  }
}

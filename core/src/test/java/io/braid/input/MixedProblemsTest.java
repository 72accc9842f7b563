package io.braid.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.recipe.Recipe;
import io.braid.run.train.TrainRecipe;
import io.braid.task.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MixedProblemsTest {
  @TempDir Path folder;

  private TrainRecipe recipe(String more) throws IOException {
    Path file =
        Files.writeString(folder.resolve("r.yaml"), "model: m\nsteps: 1\nsaving: {}\n" + more);
    return Recipe.read(file, List.of(), TrainRecipe.class);
  }

  @Test
  void aMixtureReadsEachSourceWithItsOwnSettings() throws IOException {
    Path a =
        Files.writeString(
            folder.resolve("a.jsonl"),
            """
            {"q": "easy", "answer": 1, "level": 1}
            {"q": "hard", "answer": 2, "level": 5}
            """);
    Path b =
        Files.writeString(
            folder.resolve("b.jsonl"),
            """
            {"question": "hard", "answer": 2}
            {"question": "other", "answer": 3}
            {"question": "more", "answer": 4}
            """);
    TrainRecipe recipe =
        recipe(
            """
            mixture:
              - data: %s
                fields: {question: q}
                where: {level: ">=3"}
                weight: 3
              - data: %s
                problems: 2
            """
                .formatted(a, b));
    MixedProblems mixed = MixedProblems.read(recipe.sources(), AskingRecipe.PLAIN);
    assertThat(mixed.problems())
        .extracting(Problem::question)
        .containsExactly("hard", "hard", "other");
    assertThat(mixed.problems()).extracting(Problem::id).doesNotHaveDuplicates();
    int ofTheFirst = 0;
    for (int place = 0; place < 400; place++) {
      ofTheFirst += mixed.order(1).at(place) == 0 ? 1 : 0;
    }
    assertThat(ofTheFirst).isEqualTo(300);
    assertThat(Recipe.toYaml(recipe)).contains("mixture:", "level: \">=3\"", "weight: 3.0");
  }

  @Test
  void dataAndAMixtureExcludeEachOther() {
    assertThatThrownBy(() -> recipe("")).isInstanceOf(UserError.class).hasMessageContaining("data");
    assertThatThrownBy(() -> recipe("data: countdown\nmixture: [{data: countdown}]\n"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("mixture: cannot be combined with data");
    assertThatThrownBy(() -> recipe("mixture: [{data: countdown, weight: 0}]\n"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("weight");
    assertThatThrownBy(() ->
            MixedProblems.read(
                recipe("data: countdown\nwhere: {level: 3}\n").sources(), AskingRecipe.PLAIN))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("where: filters files");
  }
}

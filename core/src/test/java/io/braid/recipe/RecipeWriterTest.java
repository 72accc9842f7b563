package io.braid.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.Doc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeWriterTest {
  enum Mode {
    FAST_ONE,
    SLOW
  }

  sealed interface Choice {}

  record Left(int depth) implements Choice {}

  record Right() implements Choice {}

  record Inner(String name, double weight) {}

  record Everything(
      @Doc("Yes: any text.") String text,
      long number,
      double real,
      boolean flag,
      Mode mode,
      Choice choice,
      Optional<Choice> maybe,
      Inner inner,
      List<String> words,
      List<Inner> inners,
      List<List<Integer>> grid,
      List<Choice> choices,
      Map<String, Inner> named,
      Optional<Integer> absent,
      Path path) {}

  private static Everything with(String text, long number, double real) {
    return new Everything(
        text,
        number,
        real,
        true,
        Mode.FAST_ONE,
        new Left(3),
        Optional.of(new Right()),
        new Inner(text, real),
        List.of(text, "plain"),
        List.of(new Inner("a", 1), new Inner(text, real)),
        List.of(List.of(1, 2), List.of()),
        List.of(new Right(), new Left(1)),
        Map.of(text, new Inner("x", 2)),
        Optional.empty(),
        Path.of("a/b c"));
  }

  private static Everything readBack(Everything recipe) throws IOException {
    Path file = Files.createTempFile("recipe", ".yaml");
    try {
      Files.writeString(file, Recipe.toYaml(recipe));
      return Recipe.read(file, List.of(), Everything.class);
    } finally {
      Files.delete(file);
    }
  }

  @Property(tries = 300, seed = "17")
  void whatIsWrittenReadsBackEqual(
      @ForAll @StringLength(max = 150) String text, @ForAll long number, @ForAll double real)
      throws IOException {
    String sound = text.replaceAll("\\p{Cs}", "");
    Everything recipe = with(sound, number, real);

    assertThat(readBack(recipe)).isEqualTo(recipe);
  }

  @Test
  void wordsThatYamlTakesForSomethingElseReadBackAsText() throws IOException {
    for (String text :
        List.of(
            "",
            "null",
            "~",
            "yes",
            "12",
            "1e3",
            "a: b",
            "# c",
            " x ",
            "- y",
            "é😀\u0085\u0007\u007f\n")) {
      Everything recipe = with(text, 0, Double.POSITIVE_INFINITY);
      assertThat(readBack(recipe)).isEqualTo(recipe);
    }
  }

  record Small(@Doc("How fast.") double learningRate, List<String> stop, Choice choice) {}

  @Test
  void aWrittenRecipeIsPleasantToRead(@TempDir Path dir) {
    assertThat(Recipe.toYaml(new Small(1e-6, List.of("stop", "no more"), new Left(2))))
        .isEqualTo(
            """
            # How fast.
            learning_rate: 1.0e-6
            stop: [stop, "no more"]
            choice:
              type: left
              depth: 2
            """);
  }
}

package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.checkpoint.Safetensors;
import io.braid.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs with {@code freeze_vision} of a tiny model that reads pictures. */
class FreezeVisionTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private Path directory;

  private static Terminal.Ended braid(String... arguments) {
    return Terminal.here(arguments);
  }

  /** Runs a command with a recipe. */
  private Terminal.Ended run(String command, String out, String recipe) throws IOException {
    Path file = Files.writeString(directory.resolve("recipe.yaml"), recipe);
    return braid(command, file.toString(), "--out", directory.resolve(out).toString());
  }

  /** With and without {@code freeze_vision}; the language model is trained in both. */
  @Test
  void aFrozenTowerKeepsItsWeights() throws IOException {
    Path blank = directory.resolve("blank");
    assertThat(braid("blank", "--vision", "--out", blank.toString()).exit()).isZero();
    for (boolean frozen : new boolean[] {true, false}) {
      String recipe =
          """
          model: %s
          data: visual:kind=count,count=200
          steps: 2
          batch_size: 8
          freeze_vision: %s
          """
              .formatted(blank, frozen);
      Terminal.Ended tuned = run("sft", "frozen-" + frozen, recipe);
      assertThat(tuned.exit()).as(tuned.err()).isZero();
      Path model = directory.resolve("frozen-" + frozen).resolve("model");
      assertThat(changed(blank, model, true)).as("of the tower").isEqualTo(!frozen);
      assertThat(changed(blank, model, false)).as("of the language model").isTrue();
      Path file = Files.writeString(directory.resolve("recipe.yaml"), recipe);
      Terminal.Ended dry =
          braid(
              "sft",
              file.toString(),
              "--out",
              directory.resolve("dry-" + frozen).toString(),
              "--dry-run");
      assertThat(dry.exit()).as(dry.err()).isZero();
      assertThat(dry.out().contains("of the vision tower are not trained")).isEqualTo(frozen);
    }
  }

  /** Returns whether any weight inside or outside the tower differs. */
  private static boolean changed(Path before, Path after, boolean tower) {
    try (Scope scope = Scope.open();
        Safetensors one = Safetensors.open(before.resolve("model.safetensors"));
        Safetensors other = Safetensors.open(after.resolve("model.safetensors"))) {
      List<String> names =
          one.names().stream().filter(name -> name.contains("visual.") == tower).toList();
      assertThat(names).isNotEmpty();
      return names.stream()
          .anyMatch(
              name -> !Arrays.equals(one.tensor(name).toFloats(), other.tensor(name).toFloats()));
    }
  }

  @Test
  void aModelWithoutATowerIsNotFrozen() throws IOException {
    Path text = TinyModel.in(directory);
    Terminal.Ended refused =
        run(
            "train",
            "out",
            """
            model: %s
            data: countdown:numbers=2
            steps: 1
            freeze_vision: true
            """
                .formatted(text));
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err())
        .contains(
            "freeze_vision: %s reads no images; remove freeze_vision, or use a model that reads images"
                .formatted(text));
  }
}

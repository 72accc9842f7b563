package io.braid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointPartsTest {
  @TempDir Path directory;
  private final List<String> restored = new ArrayList<>();

  private CheckpointParts part(String name) {
    return CheckpointParts.none().with(name, CheckpointPartsTest::write, this::read);
  }

  private static void write(Path file) {
    try {
      Files.writeString(file, "saved");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(Path file) {
    restored.add(String.valueOf(file.getFileName()));
  }

  @Test
  void partsAreSavedAndRestoredInOrder() {
    CheckpointParts parts =
        part("b")
            .and(part("a"))
            .withOptional("never", _ -> {}, this::read)
            .withReadAtStart("model", CheckpointPartsTest::write);

    parts.save(directory);
    parts.restore(directory);

    assertThat(parts.names()).containsExactly("b", "a", "never", "model");
    assertThat(directory.resolve("model")).exists();
    assertThat(restored).containsExactly("b", "a");
  }

  @Test
  void nothingIsRestoredIfAPartIsMissing() throws IOException {
    CheckpointParts parts =
        part("a").and(part("b")).withReadAtStart("model", CheckpointPartsTest::write);
    parts.save(directory);
    Files.delete(directory.resolve("b"));
    Files.delete(directory.resolve("model"));

    assertThatThrownBy(() -> parts.restore(directory))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(
            directory + ": contains no b, model, which this recipe's checkpoints");
    assertThat(restored).isEmpty();
  }

  @Test
  void twoPartsOfTheSameNameAreRefused() {
    assertThatThrownBy(() -> part("a").and(part("a"))).isInstanceOf(IllegalArgumentException.class);
  }
}

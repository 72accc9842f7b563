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
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AtomicDirectoryTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private Path parent;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Path target;

  @BeforeEach
  void name() {
    target = parent.resolve("model");
  }

  @Test
  void missingParentDirectoriesAreCreated() throws IOException {
    Path deep = parent.resolve("a/b/model");
    AtomicDirectory.write(deep, file("one", "1"));

    assertThat(deep.resolve("one")).hasContent("1");
    assertThat(names(parent.resolve("a/b"))).containsExactly("model");
  }

  @Test
  void everyFileAndDirectoryIsForcedBeforeTheRenameAndTheParentAfterIt() {
    List<String> forced = new ArrayList<>();
    AtomicDirectory.write(
        parent.resolve("new/model"),
        unfinished -> {
          file("one", "1").accept(unfinished);
          assertThat(unfinished.resolve("inner").toFile().mkdir()).isTrue();
          file("two", "2").accept(unfinished.resolve("inner"));
        },
        path -> {
          boolean there = Files.exists(parent.resolve("new/model"));
          forced.add((there ? "renamed " : "") + parent.relativize(path));
        });

    assertThat(forced)
        .containsExactlyInAnyOrder(
            "", // the parent, which contains a new name
            "new/.unfinished-model/one",
            "new/.unfinished-model/checksums.json",
            "new/.unfinished-model/inner/two",
            "new/.unfinished-model/inner/checksums.json",
            "new/.unfinished-model/inner",
            "new/.unfinished-model",
            "renamed new");
    assertThat(forced.getFirst()).isEmpty();
    assertThat(forced.subList(6, 8)).containsExactly("new/.unfinished-model", "renamed new");
  }

  @Test
  void aFailureToForceKeepsTheOldDirectory() throws IOException {
    AtomicDirectory.write(target, file("one", "old"));

    assertThatThrownBy(() ->
            AtomicDirectory.write(
                target,
                file("one", "new"),
                path -> {
                  throw new IOException("Input/output error");
                }))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("Input/output error");
    assertThat(target.resolve("one")).hasContent("old");
    assertThat(names(parent)).containsExactly("model");
  }

  @Test
  void theNewDirectoryReplacesAllContentsOfTheOld() throws IOException {
    AtomicDirectory.write(target, file("old", "1"));
    AtomicDirectory.write(target, file("new", "2"));

    assertThat(names(target)).containsExactly("checksums.json", "new");
    assertThat(names(parent)).containsExactly("model");
  }

  @Test
  void theOldDirectoryRemainsUntilTheNewOneIsComplete() {
    AtomicDirectory.write(target, file("one", "old"));
    AtomicDirectory.write(
        target,
        unfinished -> {
          file("one", "new").accept(unfinished);
          assertThat(target.resolve("one")).hasContent("old");
        });

    assertThat(target.resolve("one")).hasContent("new");
  }

  static Stream<Named<Throwable>> failures() {
    return Stream.of(
        Named.of("disk", new UncheckedIOException(new IOException("No space left on device"))),
        Named.of("user", new UserError("x: y")),
        Named.of("bug", new IllegalStateException("a bug")),
        Named.of("memory", new OutOfMemoryError("none")));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aWriterThatThrowsKeepsTheOldDirectoryAndLeavesNoTemporaryFiles(Throwable failure)
      throws IOException {
    AtomicDirectory.write(target, file("one", "old"));

    assertThatThrownBy(() -> AtomicDirectory.write(target, failing(failure)))
        .isInstanceOf(
            failure instanceof UncheckedIOException ? UserError.class : failure.getClass());

    assertThat(target.resolve("one")).hasContent("old");
    assertThat(names(parent)).containsExactly("model");
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aWriterThatThrowsCreatesNoDirectory(Throwable failure) throws IOException {
    assertThatThrownBy(() -> AtomicDirectory.write(target, failing(failure)))
        .isInstanceOf(Throwable.class);

    assertThat(names(parent)).isEmpty();
  }

  @Test
  void aWriteErrorIsReportedInOneLine() {
    assertThatThrownBy(() ->
            AtomicDirectory.write(
                target,
                failing(new UncheckedIOException(new IOException("No space left on device")))))
        .isInstanceOf(UserError.class)
        .hasMessage(
            target
                + ": cannot be written: the disk is full; free some space. The data saved earlier"
                + " is still there");
  }

  @Test
  void leftoversOfAKilledWriterAreDeleted() throws IOException {
    AtomicDirectory.write(target, file("one", "old"));
    Files.createDirectories(parent.resolve(".unfinished-model/half"));

    AtomicDirectory.write(target, file("one", "new"));

    assertThat(target.resolve("one")).hasContent("new");
    assertThat(names(parent)).containsExactly("model");
  }

  @Test
  void theOldDirectoryIsRestoredAfterAKillBetweenTheTwoRenames() throws IOException {
    AtomicDirectory.write(target, file("one", "old"));
    Files.move(target, parent.resolve(".unfinished-model-replaced"));

    assertThatThrownBy(() -> AtomicDirectory.write(target, failing(new UserError("x"))))
        .isInstanceOf(UserError.class);

    assertThat(target.resolve("one")).hasContent("old");
    assertThat(names(parent)).containsExactly("model");
  }

  @Test
  void aPathWithoutANameIsRefused() {
    assertThatThrownBy(() -> AtomicDirectory.write(Path.of("/"), file("one", "1")))
        .isInstanceOf(UserError.class)
        .hasMessage("/: is not a usable path for a directory; choose another");
  }

  @Test
  void aFileInPlaceOfAParentDirectoryIsReported() throws IOException {
    Path file = Files.writeString(parent.resolve("file"), "x");

    assertThatThrownBy(() -> AtomicDirectory.write(file.resolve("model"), file("one", "1")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("cannot be written: ");
  }

  private static Consumer<Path> file(String name, String content) {
    return directory -> {
      try {
        Files.writeString(directory.resolve(name), content);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private static Consumer<Path> failing(Throwable failure) {
    return directory -> {
      file("half", "x").accept(directory);
      if (failure instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failure;
    };
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }
}

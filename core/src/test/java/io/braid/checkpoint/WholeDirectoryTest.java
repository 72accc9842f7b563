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

class WholeDirectoryTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private Path parent;

  @SuppressWarnings("NullAway.Init") // named before each test
  private Path place;

  @BeforeEach
  void name() {
    place = parent.resolve("model");
  }

  @Test
  void aDirectoryIsWrittenWithThoseAboveIt() throws IOException {
    Path deep = parent.resolve("a/b/model");
    WholeDirectory.write(deep, file("one", "1"));

    assertThat(deep.resolve("one")).hasContent("1");
    assertThat(names(parent.resolve("a/b"))).containsExactly("model");
  }

  @Test
  void everyFileAndDirectoryIsForcedBeforeTheRenameAndTheParentBehindIt() {
    List<String> forced = new ArrayList<>();
    WholeDirectory.write(
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
            "", // the parent, which has a new name in it
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
  void aDiskThatCannotForceLeavesTheOld() throws IOException {
    WholeDirectory.write(place, file("one", "old"));

    assertThatThrownBy(() ->
            WholeDirectory.write(
                place,
                file("one", "new"),
                path -> {
                  throw new IOException("Input/output error");
                }))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("Input/output error");
    assertThat(place.resolve("one")).hasContent("old");
    assertThat(names(parent)).containsExactly("model");
  }

  @Test
  void theNewReplacesTheOldWithAllThatWasInIt() throws IOException {
    WholeDirectory.write(place, file("old", "1"));
    WholeDirectory.write(place, file("new", "2"));

    assertThat(names(place)).containsExactly("checksums.json", "new");
    assertThat(names(parent)).containsExactly("model");
  }

  @Test
  void theOldStandsUntilTheNewIsComplete() {
    WholeDirectory.write(place, file("one", "old"));
    WholeDirectory.write(
        place,
        unfinished -> {
          file("one", "new").accept(unfinished);
          assertThat(place.resolve("one")).hasContent("old");
        });

    assertThat(place.resolve("one")).hasContent("new");
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
  void aWriterThatThrowsLeavesTheOldAndNoLeftovers(Throwable failure) throws IOException {
    WholeDirectory.write(place, file("one", "old"));

    assertThatThrownBy(() -> WholeDirectory.write(place, failing(failure)))
        .isInstanceOf(
            failure instanceof UncheckedIOException ? UserError.class : failure.getClass());

    assertThat(place.resolve("one")).hasContent("old");
    assertThat(names(parent)).containsExactly("model");
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aWriterThatThrowsLeavesNothingWhereNothingWas(Throwable failure) throws IOException {
    assertThatThrownBy(() -> WholeDirectory.write(place, failing(failure)))
        .isInstanceOf(Throwable.class);

    assertThat(names(parent)).isEmpty();
  }

  @Test
  void aRefusingDiskIsToldInOneLine() {
    assertThatThrownBy(() ->
            WholeDirectory.write(
                place,
                failing(new UncheckedIOException(new IOException("No space left on device")))))
        .isInstanceOf(UserError.class)
        .hasMessage(
            place
                + ": cannot be written: the disk is full; free some space. What was saved before is"
                + " still there");
  }

  @Test
  void whatAKilledWriterLeftIsSweptAway() throws IOException {
    WholeDirectory.write(place, file("one", "old"));
    Files.createDirectories(parent.resolve(".unfinished-model/half"));

    WholeDirectory.write(place, file("one", "new"));

    assertThat(place.resolve("one")).hasContent("new");
    assertThat(names(parent)).containsExactly("model");
  }

  @Test
  void theOldIsPutBackWhenTheWriterWasKilledBetweenTheTwoRenames() throws IOException {
    WholeDirectory.write(place, file("one", "old"));
    Files.move(place, parent.resolve(".unfinished-model-replaced"));

    assertThatThrownBy(() -> WholeDirectory.write(place, failing(new UserError("x"))))
        .isInstanceOf(UserError.class);

    assertThat(place.resolve("one")).hasContent("old");
    assertThat(names(parent)).containsExactly("model");
  }

  @Test
  void aPlaceWithoutANameIsRefused() {
    assertThatThrownBy(() -> WholeDirectory.write(Path.of("/"), file("one", "1")))
        .isInstanceOf(UserError.class)
        .hasMessage("/: is no place for a directory; choose another");
  }

  @Test
  void aFileInTheWayOfAParentIsToldToTheUser() throws IOException {
    Path file = Files.writeString(parent.resolve("file"), "x");

    assertThatThrownBy(() -> WholeDirectory.write(file.resolve("model"), file("one", "1")))
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

package io.braid.task.visual;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.image.PixelImage;
import io.braid.task.visual.Blobs.Blob;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers are what a reader of the pixels finds who knows nothing of how they were drawn. */
class PixelAnswersTest {
  private static final int PUZZLES = 60;

  private static Puzzle puzzle(VisualKind kind, int difficulty, int number) {
    return kind.draw(difficulty, 7, number);
  }

  private static Hue hue(String word) {
    return Hue.NAMED.stream().filter(hue -> hue.word().equals(word)).findFirst().orElseThrow();
  }

  private static Matcher matched(String question, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(question);
    assertThat(matcher.matches()).as(question).isTrue();
    return matcher;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void thingsAreCounted(int difficulty) {
    for (int number = 0; number < PUZZLES; number++) {
      Puzzle puzzle = puzzle(VisualKind.COUNT, difficulty, number);
      Matcher asked = matched(puzzle.question(), "How many (\\w+) (\\w+)s are there\\?");
      long count =
          Blobs.in(puzzle.picture().drawn(1), hue(asked.group(1))).stream()
              .filter(blob -> blob.shape().word().equals(asked.group(2)))
              .count();
      assertThat(puzzle.answers()).as(puzzle.question()).containsExactly(String.valueOf(count));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void thingsAreCompared(int difficulty) {
    Map<String, Integer> asked = new TreeMap<>();
    for (int number = 0; number < PUZZLES; number++) {
      Puzzle puzzle = puzzle(VisualKind.COMPARE, difficulty, number);
      PixelImage image = puzzle.picture().drawn(1);
      String question = puzzle.question();
      assertThat(puzzle.answers()).as(question).containsExactly(compared(question, image));
      asked.merge(question.split(" ")[0], 1, Integer::sum);
    }
    assertThat(asked).containsOnlyKeys("Which", "Is");
  }

  private static String compared(String question, PixelImage image) {
    if (question.startsWith("Is")) {
      return side(question, image);
    }
    if (question.equals("Which colour is the most common?")) {
      return only(
          Hue.SIX.stream()
              .collect(
                  Collectors.groupingBy(
                      hue -> Blobs.in(image, hue).size(), TreeMap::new, Collectors.toList()))
              .lastEntry()
              .getValue());
    }
    Matcher asked = matched(question, "Which colour is the (largest|smallest) (\\w+)\\?");
    Comparator<Blob> bySize = Comparator.comparingInt(Blob::width);
    List<Blob> blobs =
        Blobs.in(image).stream()
            .sorted(asked.group(1).equals("largest") ? bySize.reversed() : bySize)
            .toList();
    assertThat(blobs).allMatch(blob -> blob.shape().word().equals(asked.group(2)));
    assertThat(Math.abs(blobs.get(0).width() - blobs.get(1).width())).isGreaterThanOrEqualTo(2);
    return only(Hue.NAMED.stream().filter(hue -> hue.rgb() == blobs.getFirst().rgb()).toList());
  }

  private static String only(List<Hue> hues) {
    assertThat(hues).hasSize(1);
    return hues.getFirst().word();
  }

  private static String side(String question, PixelImage image) {
    Matcher asked =
        matched(
            question,
            "Is the (\\w+) (\\w+) left of, right of, above or below the (\\w+) (\\w+)\\?");
    Blob one = theOnly(asked.group(1), asked.group(2), image);
    Blob other = theOnly(asked.group(3), asked.group(4), image);
    List<String> sides = new ArrayList<>();
    if (one.right() < other.left()) {
      sides.add("left");
    }
    if (one.left() > other.right()) {
      sides.add("right");
    }
    if (one.bottom() < other.top()) {
      sides.add("above");
    }
    if (one.top() > other.bottom()) {
      sides.add("below");
    }
    assertThat(sides).as(question).hasSize(1);
    return sides.getFirst();
  }

  private static Blob theOnly(String hue, String shape, PixelImage image) {
    List<Blob> found =
        Blobs.in(image, hue(hue)).stream()
            .filter(blob -> blob.shape().word().equals(shape))
            .toList();
    assertThat(found).as(hue + " " + shape).hasSize(1);
    return found.getFirst();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void barsEndAtTheirValues(int difficulty) {
    int most = List.of(5, 10, 20, 40).get(difficulty - 1);
    for (int number = 0; number < PUZZLES; number++) {
      Puzzle puzzle = puzzle(VisualKind.BARS, difficulty, number);
      PixelImage image = puzzle.picture().drawn(1);
      String question = puzzle.question();
      String answer;
      if (question.startsWith("How")) {
        Matcher asked =
            matched(question, "How much higher is the (\\w+) bar than the (\\w+) bar\\?");
        answer =
            String.valueOf(value(asked.group(1), image, most) - value(asked.group(2), image, most));
      } else {
        Matcher asked = matched(question, "What is the value of the (\\w+) bar\\?");
        answer = String.valueOf(value(asked.group(1), image, most));
      }
      assertThat(puzzle.answers()).as(question).containsExactly(answer);
    }
  }

  /** The axis' end is the highest grey line. */
  private static int value(String hue, PixelImage image, int most) {
    int highest = 0;
    while (image.at(image.width() - 1, highest, 0) != (Hue.GREY.rgb() & 0xff)) {
      highest++;
    }
    int base = image.height() - 1;
    while (image.at(image.width() - 1, base, 0) != 0) {
      base--;
    }
    base--; // the axis is two pixels wide
    List<Blob> bars = Blobs.in(image, hue(hue));
    assertThat(bars).as(hue).hasSize(1);
    int height = base - bars.getFirst().top();
    assertThat(height * most % (base - highest)).isZero();
    return height * most / (base - highest);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void severalColoursOccurTwiceAndSeveralFramesHaveOne(int difficulty) {
    int framed = 0;
    for (int number = 0; number < PUZZLES; number++) {
      Puzzle puzzle = puzzle(VisualKind.SEVERAL, difficulty, number);
      PixelImage image = puzzle.picture().drawn(1);
      assertThat(puzzle.answers()).hasSizeBetween(2, 5);
      if (puzzle.question().startsWith("Name a number")) {
        Matcher asked = matched(puzzle.question(), "Name a number framed in (\\w+)\\.");
        assertThat(puzzle.answers()).hasSameSizeAs(Blobs.in(image, hue(asked.group(1))));
        framed++;
      } else {
        List<String> twice =
            Hue.NAMED.stream()
                .filter(hue -> Blobs.in(image, hue).size() == 2)
                .map(Hue::word)
                .toList();
        assertThat(puzzle.answers()).containsExactlyInAnyOrderElementsOf(twice);
      }
    }
    assertThat(framed).isBetween(PUZZLES / 4, 3 * PUZZLES / 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void everythingColouredIsAtLeastTenPixelsLong(int difficulty) {
    for (VisualKind kind :
        List.of(VisualKind.COUNT, VisualKind.COMPARE, VisualKind.BARS, VisualKind.SEVERAL)) {
      for (int number = 0; number < PUZZLES; number++) {
        assertThat(Blobs.in(puzzle(kind, difficulty, number).picture().drawn(1)))
            .allMatch(blob -> blob.width() >= 10 && blob.height() >= 10);
      }
    }
  }
}

package io.braid.verify.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardTest {
  private static boolean trips(Guard guard, String response) {
    return guard.complaint(response, true).isPresent();
  }

  @Test
  void unfinished() {
    assertThat(new Unfinished().complaint("x", true)).isEmpty();
    assertThat(new Unfinished().complaint("x", false)).contains("did not end");
  }

  @ParameterizedTest
  @CsvSource({
    "'', 1, 4, true",
    "'\\boxed', 1, 4, true",
    "'\\boxed{1', 1, 4, true",
    "'\\boxed{1}', 1, 4, false",
    "'\\boxed{{1}', 1, 4, true",
    "'\\boxed{\\{1}', 1, 4, false",
    "'\\boxed{1}\\boxed{1}\\boxed{1}\\boxed{1}', 1, 4, false",
    "'\\boxed{1}\\boxed{1}\\boxed{1}\\boxed{1}\\boxed', 1, 4, true",
    "'\\boxed{\\boxed{1}}', 2, 2, false",
    "'}}}\\boxed{1}', 1, 1, false",
  })
  void boxes(String response, int minBoxes, int maxBoxes, boolean trips) {
    assertThat(trips(new Boxes(minBoxes, maxBoxes), response)).isEqualTo(trips);
  }

  @ParameterizedTest
  @CsvSource({
    "CHARACTERS, 2, 3, a, true",
    "CHARACTERS, 2, 3, ab, false",
    "CHARACTERS, 2, 3, 😀😀😀, false",
    "CHARACTERS, 2, 3, abcd, true",
    "WORDS, 2, 3, abcd, true",
    "WORDS, 2, 3, ' a  b ', false",
    "WORDS, 2, 3, a b c d, true",
  })
  void length(Length.Unit unit, int minLength, int maxLength, String response, boolean trips) {
    assertThat(trips(new Length(unit, minLength, Optional.of(maxLength)), response))
        .isEqualTo(trips);
  }

  @Test
  void anAbsentLimitAllowsAnyLength() {
    assertThat(trips(new Length(Length.Unit.CHARACTERS, 0, Optional.empty()), "a".repeat(100_000)))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "abcdeabcdeabcdeabcdeabcde, true", // five times
    "abcdeabcdeabcdeabcdeabcd, false", // one letter short
    "Xabcdeabcdeabcdeabcdeabcdeabcdef, true", // wherever it begins
    "aaaaaaaaaaaaaaaaaaaaaaaa, false", // 24 letters; a unit has five
    "aaaaaaaaaaaaaaaaaaaaaaaaa, true",
    "1 2 3 4 5 6 7 8 9 10 11 12 13, false",
  })
  void repetition(String response, boolean trips) {
    assertThat(trips(new Repetition(5, 5), response)).isEqualTo(trips);
  }

  @Test
  void repetitionIsFoundWithinOneLineOnly() {
    assertThat(trips(new Repetition(5, 5), "abcde\n".repeat(9))).isFalse();
    assertThat(trips(new Repetition(5, 5), "x\n" + "abcde ".repeat(9))).isTrue();
  }

  /** An equivalent regular expression, whose backtracking is not bounded. */
  @Property(seed = "17", tries = 3000)
  void repetitionAgreesWithARegularExpression(
      @ForAll @StringLength(max = 60) @CharRange(from = 'a', to = 'b') String noise,
      @ForAll @StringLength(min = 1, max = 7) @CharRange(from = 'a', to = 'c') String unit,
      @ForAll @IntRange(max = 6) int copies,
      @ForAll @IntRange(min = 1, max = 5) int least,
      @ForAll @IntRange(min = 3, max = 5) int times) {
    String text = noise + unit.repeat(copies) + noise + "\n" + noise;
    boolean found =
        Pattern.compile("(?d)(.{%d,}?)\\1{%d,}".formatted(least, times - 1)).matcher(text).find();

    assertThat(trips(new Repetition(least, times), text)).as(text).isEqualTo(found);
  }

  @Test
  void checksLongTextsQuickly() {
    StringBuilder thueMorse =
        new StringBuilder("a"); // contains no cube, but has equal hashes mod 2^64
    while (thueMorse.length() < 1 << 18) {
      for (char c : thueMorse.toString().toCharArray()) {
        thueMorse.append(c == 'a' ? 'b' : 'a');
      }
    }
    String unclosed = "\\boxed{".repeat(100_000);
    Assertions.assertTimeout(
        Duration.ofSeconds(20),
        () -> {
          assertThat(trips(new Repetition(5, 5), thueMorse.toString())).isFalse();
          assertThat(Boxes.closed(unclosed)).isZero();
        });
  }

  @ParameterizedTest
  @CsvSource({
    "a b c d a b c d, 4, 0.1, true", // 1 of 5 n-grams again
    "a b c d a b c d, 4, 0.2, false",
    "a b c, 4, 0, false",
    "a a a a a, 1, 0.79, true", // 4 of 5
    "a a a a a, 1, 0.8, false",
    "'', 1, 0, false",
  })
  void repeatedWords(String response, int words, double maxRatio, boolean trips) {
    assertThat(trips(new RepeatedWords(words, maxRatio), response)).isEqualTo(trips);
  }

  @ParameterizedTest
  @CsvSource({
    "ENGLISH, x + y ∈ R², 0.3, false",
    "ENGLISH, aaaaaaaééé, 0.3, false", // three of ten
    "ENGLISH, aaaaaaéééé, 0.3, true",
    "ENGLISH, '答案是四', 0.3, true",
    "ENGLISH, '∀∃∈∉', 0, false",
    "UNICODE, '答案是四', 0, false",
    "UNICODE, ab�, 0.3, true",
    "UNICODE, abc�, 0.3, false",
    "UNICODE, '\uE000', 0.3, true",
    "UNICODE, '\uD800', 0.3, true",
    "UNICODE, '', 0, false",
  })
  void garbling(Garbling.Expected expected, String response, double maxRatio, boolean trips) {
    assertThat(trips(new Garbling(expected, maxRatio), response)).isEqualTo(trips);
  }

  @Test
  void refusesInvalidSettings() {
    assertThatThrownBy(() -> new Repetition(5, 2)).isInstanceOf(UserError.class);
    assertThatThrownBy(() -> new Garbling(Garbling.Expected.ENGLISH, 30))
        .isInstanceOf(UserError.class)
        .hasMessage("max_ratio: must be between 0 and 1, got 30.0");
    assertThatThrownBy(() -> new Boxes(2, 1)).isInstanceOf(UserError.class);
    assertThatThrownBy(() -> new Length(Length.Unit.WORDS, 5, Optional.of(4)))
        .isInstanceOf(UserError.class);
    assertThatThrownBy(() -> new RepeatedWords(0, 0.5)).isInstanceOf(UserError.class);
  }
}

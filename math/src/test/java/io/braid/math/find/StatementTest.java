package io.braid.math.find;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementTest {
  private static String roles(String sentence) {
    return Statement.of(sentence).mentions().stream()
        .map(mention -> mention.text() + " " + mention.role())
        .collect(Collectors.joining(", "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Rosie can run 50 miles in 7 hours | 50 STATED, 7 ASIDE",
        "He has 3 more than before | 3 COMPARED",
        "It is not 5 but 6 | 5 DENIED, 6 STATED",
        "5 is wrong | 5 DENIED",
        "The 3 friends paid 12 dollars | 3 ASIDE, 12 STATED",
        "A 15-story house has 60 rooms | 15 ASIDE, 60 STATED",
        "5 or more | 5 DENIED",
        "Because 3 were sold, 9 remain | 3 ASIDE, 9 STATED",
        "6 * 7 = 42 | 6 ASIDE, 7 ASIDE, 42 STATED",
        "Step 5: we get 8 | 8 STATED",
        "So $x^2$ is 9 | x^2 STATED, 9 STATED",
      })
  void eachNumberHasItsRole(String sentence, String roles) {
    assertThat(roles(sentence)).isEqualTo(roles);
  }

  @Test
  void alternativesJoinedByOrAreOneAnswer() {
    assertThat(Statement.of("It is 5 or 6").alternatives()).contains("5 \\text{ or } 6");
    assertThat(Statement.of("It is 5").alternatives()).isEmpty();
    assertThat(Statement.of("It is 5 and 6").only()).isEmpty();
    assertThat(Statement.of("It is 5 in 6 days").only()).contains("5");
  }

  @Test
  void aSentenceWithoutAKnownWordIsForeign() {
    assertThat(Statement.of("Wynik wynosi 5").isForeign()).isTrue();
    assertThat(Statement.of("It is 5").isForeign()).isFalse();
    assertThat(Statement.of("It is not 5").isDenied()).isTrue();
  }
}

package io.braid.task.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.task.Countdown;
import io.braid.task.Problem;
import io.braid.task.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GuessesTest {
  private static List<Problem> problems(String... questionsAndAnswers) {
    List<Problem> problems = new ArrayList<>();
    for (String each : questionsAndAnswers) {
      String[] parts = each.split(" ");
      List<String> answers = List.of(parts).subList(1, parts.length);
      problems.add(
          new Problem(
              "p" + problems.size(),
              parts[0],
              answers.size() == 1
                  ? new Reference.Text(answers.getFirst())
                  : new Reference.OneOf(answers)));
    }
    return problems;
  }

  @Test
  void theBestConstantAnswerIsCounted() {
    assertThat(Guesses.of(problems("q 1", "q 2", "q 2", "q 3")))
        .get()
        .returns("2", Guesses::answer)
        .returns(0.5, Guesses::constant);
    assertThat(Guesses.of(problems("q 1 2", "q 2 3", "q 3 4", "q 3 5")))
        .get()
        .returns("3", Guesses::answer)
        .returns(0.75, Guesses::constant);
  }

  @Test
  void theBestAnswerToAQuestionIsChosenOnTheOtherHalf() {
    assertThat(Guesses.of(problems("a 1", "a 1", "b 2", "b 2", "a 1", "b 2")).orElseThrow())
        .returns(0.5, Guesses::constant)
        .returns(1.0, Guesses::byQuestion);
    // a question of which the other half knows nothing gets the other half's most frequent answer
    assertThat(Guesses.of(problems("a 7", "b 8", "c 8", "d 9")).orElseThrow().byQuestion())
        .isEqualTo(0.25);
  }

  @Test
  void otherReferencesHaveNoGuesses() {
    Problem countdown = new Problem("c", "c", new Countdown(List.of(1, 2), 3));
    assertThat(Guesses.of(List.of(countdown, countdown))).isEqualTo(Optional.empty());
    assertThat(Guesses.of(problems("q 1"))).isEmpty();
  }
}

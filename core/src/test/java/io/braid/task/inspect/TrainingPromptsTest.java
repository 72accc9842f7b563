package io.braid.task.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.task.Problem;
import io.braid.task.Reference;
import io.braid.templates.ChatMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingPromptsTest {
  private static Problem problem(String question, String where) {
    return new Problem(where, question, new Reference.Text("1"), List.of(), where);
  }

  @Test
  void caseAndSpacesAndCompatibleCharactersMakeNoDifference() {
    TrainingPrompts training =
        new TrainingPrompts()
            .and(
                List.of(
                    problem("What is 3 + 4?", "train.jsonl line 1"),
                    problem("what is  3 +\n4? ", "train.jsonl line 2")));

    assertThat(
            training.with(
                List.of(
                    problem("What is 3 - 4?", "test.jsonl line 1"),
                    problem("WHAT is 3 + ４?", "test.jsonl line 2"),
                    problem("What is 3 + 4?", "test.jsonl line 3"))))
        .contains(new TrainingPrompts.Overlap(3, 2, "test.jsonl line 2", "train.jsonl line 1"));
    assertThat(training.with(List.of(problem("What is 34?", "test.jsonl line 1")))).isEmpty();
  }

  @Test
  void aChatIsComparedByItsMessagesExceptTheSystems() {
    Problem chat =
        new Problem(
            "1",
            "What is 3 + 4?",
            new Reference.Text("7"),
            List.of(ChatMessage.system("Be brief."), ChatMessage.user("What is 3 + 4?")),
            "train.jsonl line 5");
    TrainingPrompts training = new TrainingPrompts().and(List.of(chat));

    assertThat(training.with(List.of(problem("what is 3 + 4?", "test.jsonl line 1")))).isPresent();
    assertThat(training.with(List.of(chat))).isPresent();
  }

  @Test
  void theWarningNamesCountsAndPlaces() {
    assertThat(
            new TrainingPrompts.Overlap(400, 12, "test.jsonl line 3", "train.jsonl line 17")
                .warning("test.jsonl"))
        .isEqualTo(
            "12 of the 400 held-out problems of test.jsonl are in the training data too, so its"
                + " results are not those of new problems (the first: test.jsonl line 3, in the"
                + " training data train.jsonl line 17); evaluate on other problems, or remove them"
                + " from the training data (braid data decontaminate)");
  }
}

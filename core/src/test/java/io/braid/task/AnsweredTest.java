package io.braid.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnsweredTest {
  @TempDir private Path directory;

  private List<Answered> read(String lines, Optional<String> response) throws IOException {
    Path file = Files.writeString(directory.resolve("data.jsonl"), lines);
    return Answered.read(file, Where.ALL, ProblemFields.AUTO, response);
  }

  @Test
  void theResponseIsNotItsOwnReference() throws IOException {
    List<Answered> all =
        read(
            """
            {"question": "1+1", "response": "so 2", "answer": "2"}
            {"question": "1+1", "answer": "2"}
            {"question": "1+1", "solution": "so 2", "answer": "2"}
            {"numbers": [1, 2], "target": 3, "question": "1 2 = 3", "answer": "1 + 2"}
            {"question": "no response", "response": null, "answer": "2"}
            """,
            Optional.empty());

    assertThat(all).extracting(Answered::response).containsExactly("so 2", "2", "so 2", "1 + 2");
    assertThat(all.get(0).problem().orElseThrow().reference()).isEqualTo(new Reference.Text("2"));
    assertThat(all.get(1).problem()).isEmpty();
    assertThat(all.get(2).problem()).isPresent();
    assertThat(all.get(3).problem().orElseThrow().reference()).isInstanceOf(Countdown.class);
  }

  @Test
  void dataWithoutResponsesIsRefused() {
    assertThatThrownBy(() -> read("{\"question\": \"1+1\"}\n", Optional.empty()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has no response");
    assertThatThrownBy(
            () -> read("{\"question\": \"1+1\", \"answer\": \"2\"}\n", Optional.of("said")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has no key 'said'");
  }
}

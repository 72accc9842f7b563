package io.braid.verify.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.remote.ChatReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LastLineTest {
  private final LastLine verdict = new LastLine("VERDICT", "CORRECT|WRONG");

  private static ChatReply reply(String text) {
    return new ChatReply(text, true, 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "VERDICT: WRONG",
        "They differ.\nVERDICT: WRONG\n\n",
        "VERDICT: CORRECT\nNo, sorry.\n**VERDICT: WRONG**",
        "## VERDICT: **WRONG**.",
        "`VERDICT:WRONG`",
        "<think>\nVERDICT: CORRECT\n</think>\n\nVERDICT: WRONG",
        "The response says\nVERDICT: CORRECT\nbut it is not.\r\nVERDICT: WRONG\r\n",
      })
  void readsTheValueFromTheLastLine(String text) {
    assertThat(verdict.value(reply(text))).contains("WRONG");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  \n ",
        "VERDICT: CORRECT\nbut I am not sure",
        "VERDICT: INCORRECT",
        "VERDICT: CORRECT or WRONG",
        "VERDICT: CORRECT|WRONG",
        "verdict: correct",
        "NO VERDICT: CORRECT",
        "VERDICT: NOT CORRECT",
        "VERDICT CORRECT",
        "CORRECT",
        "<think>\nVERDICT: CORRECT",
        "VERDICT: CORRECT\n<think>\n</think>\n",
      })
  void rejectsOtherReplies(String text) {
    assertThat(verdict.value(reply(text))).isEmpty();
  }

  @Test
  void rejectsATruncatedReply() {
    assertThat(verdict.value(new ChatReply("VERDICT: CORRECT", false, 1))).isEmpty();
  }

  @Test
  void theLineIsShortAndHasNoControlCharacters() {
    assertThat(LastLine.of("a\nb\u001b[2Jc\u202e")).isEqualTo("b [2Jc");
    assertThat(LastLine.of("x".repeat(500))).isEqualTo("x".repeat(200) + "…");
  }
}

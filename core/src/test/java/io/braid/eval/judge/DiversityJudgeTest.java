package io.braid.eval.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.verify.judge.Asking;
import io.braid.verify.judge.Asking.Asked;
import io.braid.verify.judge.Fence;
import io.braid.verify.judge.ScriptedChat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiversityJudgeTest {
  private static final List<String> RESPONSES = List.of("abcdefghijklm", "by counting", "unseen");

  private static DiversityJudge judge(ScriptedChat model) {
    return new DiversityJudge(model, new Asking(50, 2), 2, 10);
  }

  private static Asked<Integer> score(String... replies) {
    Iterator<String> each = List.of(replies).iterator();
    return judge(new ScriptedChat(_ -> each.next())).score("1 + 1?", RESPONSES);
  }

  @Test
  void theJudgeSeesTheQuestionAndTheFirstResponsesShortened() {
    String prompt = judge(new ScriptedChat(_ -> "")).prompt("1 + 1?", RESPONSES);
    String mark = Fence.around(List.of("1 + 1?", "abcdefgh\n[…]\nlm", "by count\n[…]\nng")).mark();
    assertThat(prompt)
        .startsWith("Below are a problem and 2 responses to it")
        .contains(
            """
            [%1$s problem begins]
            1 + 1?
            [%1$s problem ends]
            [%1$s response 1 begins]
            abcdefgh
            […]
            lm
            [%1$s response 1 ends]
            [%1$s response 2 begins]
            by count
            […]
            ng
            [%1$s response 2 ends]
            """
                .formatted(mark))
        .doesNotContain("unseen")
        .endsWith("\nSCORE: N\n");
  }

  @Test
  void readsTheScoreFromTheLastLine() {
    assertThat(score("SCORE: 5\nNo:\n**SCORE: 3**"))
        .isEqualTo(new Asked<>(Optional.of(3), "**SCORE: 3**"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SCORE: 0",
        "SCORE: 6",
        "SCORE: 10",
        "SCORE: 3.5",
        "SCORE: -1",
        "SCORE: N",
        "3",
        "SCORE: 3/5",
        "SCORE: 3 or 4",
        "SCORE:",
        "SCORE: 3\nthat is all",
      })
  void asksAgainAfterAnotherReplyAndThenGivesNoScore(String reply) {
    assertThat(score(reply, "SCORE: 1").answer()).contains(1);
    assertThat(score(reply, reply).answer()).isEmpty();
  }
}

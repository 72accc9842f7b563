package io.braid.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.task.Problem;
import io.braid.task.Reference;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnyReferenceTest {
  private static Problem problem(String first, String... others) {
    return new Problem("p", "?", new Reference.Text(first, List.of(others)));
  }

  @ParameterizedTest
  @CsvSource({"2, true", "3, true", "5, true", "4, false"})
  void acceptsAnyReferenceAnswer(String given, boolean right) {
    Problem problem = problem("2", "3", "5");
    Verifier exact = new Exact(Exact.Part.FINAL_ANSWER, false).create();
    assertThat(exact.judge(problem, given).correct()).isEqualTo(right);
    assertThat(new Gsm8k(Gsm8k.Extraction.FLEXIBLE).create().judge(problem, given).correct())
        .isEqualTo(right);
    assertThat(Rule.LENIENT.create().judge(problem, "\\boxed{" + given + "}").correct())
        .isEqualTo(right);
  }

  @Test
  void judgesABatchLikeSingleResponses() {
    Verifier exact = new Exact(Exact.Part.FINAL_ANSWER, false).create();
    List<Submission> all =
        List.of(
            Submission.of(problem("2", "3"), "3"),
            Submission.of(problem("1"), "3"),
            Submission.of(problem("2", "4", "3"), "3"),
            Submission.of(problem("3", "x"), "3"));
    assertThat(exact.judgeAll(all))
        .extracting(Verdict::correct)
        .containsExactly(true, false, true, true);
  }
}

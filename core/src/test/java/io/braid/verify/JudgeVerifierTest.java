package io.braid.verify;

import static io.braid.remote.StandInEndpoint.choices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.recipe.Recipe;
import io.braid.remote.StandInEndpoint;
import io.braid.remote.StandInEndpoint.Fault;
import io.braid.task.DigitSequence;
import io.braid.task.Problem;
import io.braid.task.Reference;
import io.braid.verify.Judge.First;
import io.braid.verify.judge.Asking;
import io.braid.verify.judge.CorrectnessJudge;
import io.braid.verify.judge.ScriptedChat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgeVerifierTest {
  private static final Problem PROBLEM =
      new Problem("p", "What colour is the sky?", new Reference.Text("blue"));

  private static Verdict judged(ScriptedChat model, First first, String response) {
    try (Verifier verifier =
        new JudgeVerifier(
            new CorrectnessJudge(model, new Asking(50, 2), 1_000), first, new RuleVerifier())) {
      return verifier.judge(PROBLEM, response);
    }
  }

  private static ScriptedChat always(String reply) {
    return new ScriptedChat(_ -> reply);
  }

  @Test
  void doesNotAskTheModelIfTheRuleFindsAnAnswerCorrect() {
    ScriptedChat model = always("VERDICT: WRONG");
    assertThat(judged(model, First.RULE, "\\boxed{blue}").correct()).isTrue();
    assertThat(model.prompts()).isEmpty();
  }

  @Test
  void theModelMayAcceptWhatTheRuleRejects() {
    ScriptedChat model = always("VERDICT: CORRECT");
    Verdict verdict = judged(model, First.RULE, "\\boxed{azure, that is blue}");
    assertThat(verdict)
        .isEqualTo(new Verdict(1, true, Optional.of("blue"), "the judge says correct"));
    assertThat(model.prompts()).hasSize(1);
    assertThat(model.closed()).isTrue();
  }

  @Test
  void theModelDecidesIfNoRuleComesFirst() {
    assertThat(judged(always("VERDICT: WRONG"), First.NONE, "\\boxed{blue}"))
        .isEqualTo(new Verdict(0, false, Optional.of("blue"), "the judge says wrong"));
  }

  @Test
  void aMissingVerdictCountsAsWrong() {
    ScriptedChat model = always("It is correct!");
    assertThat(judged(model, First.NONE, "\\boxed{blue}"))
        .isEqualTo(Verdict.unknown(Optional.of("blue"), "the judge gave no verdict"));
    assertThat(model.prompts()).hasSize(2);
  }

  @Test
  void doesNotAskTheModelAboutAnEmptyResponse() {
    ScriptedChat model = always("VERDICT: CORRECT");
    assertThat(judged(model, First.NONE, " \n").correct()).isFalse();
    assertThat(model.prompts()).isEmpty();
  }

  @Test
  void theRuleJudgesReferencesThatAreNotTexts() {
    ScriptedChat model = always("VERDICT: CORRECT");
    Problem digits = new Problem("d", "?", new DigitSequence(1, 2, 10, 4));
    try (Verifier verifier =
        new JudgeVerifier(
            new CorrectnessJudge(model, Asking.STANDARD, 1_000), First.NONE, new RuleVerifier())) {
      assertThat(verifier.judge(digits, "no").correct()).isFalse();
    }
    assertThat(model.prompts()).isEmpty();
  }

  /** Uses a recipe's settings against a service that fails now and then. */
  record Spoken(VerifierSettings verifier) {}

  @TempDir private Path directory = Path.of("");

  private Verifier fromRecipe(String more, Object endpoint) throws IOException {
    Path file = directory.resolve("recipe.yaml");
    Files.writeString(
        file,
        """
        verifier:
          type: judge
          endpoint: %s
          model: m
          calls: {timeout_seconds: 30, max_attempts: 2, backoff_seconds: 0.01 }
        %s
        """
            .formatted(endpoint, more.indent(2)));
    return Recipe.read(file, List.of(), Spoken.class).verifier().create();
  }

  @Test
  void readsItsSettingsFromARecipe() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    try (StandInEndpoint service =
            new StandInEndpoint(
                1,
                Fault.BROKEN,
                _ -> choices(calls.incrementAndGet() == 1 ? "Hm." : "VERDICT: CORRECT"));
        Verifier verifier = fromRecipe("first: none\nasking: { max_tokens: 9 }", service.base())) {
      assertThat(verifier.judge(PROBLEM, "\\boxed{azure}").correct()).isTrue();
      assertThat(service.requests())
          .hasSize(3)
          .allMatch(request -> request.path("max_tokens").asInt() == 9);
    }
  }

  @Test
  void reportsAServiceThatStaysDown() throws IOException {
    try (StandInEndpoint service =
            new StandInEndpoint(9, Fault.BROKEN, _ -> choices("VERDICT: CORRECT"));
        Verifier verifier = fromRecipe("", service.base())) {
      assertThatThrownBy(() -> verifier.judgeAll(List.of(Submission.of(PROBLEM, "azure"))))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("failed 2 times");
    }
  }

  @Test
  void reportsAMissingTokenVariable() {
    assertThatThrownBy(() -> fromRecipe("token_env: NO_SUCH_VARIABLE_OF_BRAID", "http://h/v1"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("NO_SUCH_VARIABLE_OF_BRAID");
  }
}

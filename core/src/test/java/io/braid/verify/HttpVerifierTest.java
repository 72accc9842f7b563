package io.braid.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.remote.CallSettings;
import io.braid.remote.FakeService;
import io.braid.remote.FakeService.Answer;
import io.braid.task.CodeTests;
import io.braid.task.Countdown;
import io.braid.task.Phrasing;
import io.braid.task.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class HttpVerifierTest {
  private static final JsonMapper JSON = new JsonMapper();

  private static Http settings(FakeService fake, int batch) {
    return new Http(
        fake.address().toString(),
        Optional.empty(),
        "Q: {prompt}\nA: {response}",
        "<|im_end|>",
        batch,
        1,
        new CallSettings(5, 3, 2, 0.01));
  }

  private static Submission submission(String question, String response) {
    return Submission.of(Judged.problem(question, "42"), response);
  }

  @Test
  void readsOptionalFieldsOfTheAnswer() {
    String answer =
        """
        {"rewards": [1, 0, 0.75, 0.5], "unknown": [null, "no key", false, true],
         "token_rewards": [[0.25, 0.75], null, null, null], "step_rewards": [null, null, [[2, 0.5], [9, 0.25]], null]}\
        """;
    try (FakeService fake = new FakeService(_ -> Answer.ok(answer));
        Verifier verifier = settings(fake, 8).create()) {
      List<Verdict> verdicts =
          verifier.judgeAll(IntStream.range(0, 4).mapToObj(i -> submission("a", "b" + i)).toList());

      assertThat(verdicts).extracting(Verdict::unknown).containsExactly(false, true, false, true);
      assertThat(verdicts.get(1).reason()).isEqualTo("no key");
      assertThat(verdicts.get(0).parts()).contains(new PartRewards.Tokens(List.of(0.25, 0.75)));
      assertThat(verdicts.get(2).parts())
          .contains(
              new PartRewards.Steps(
                  List.of(new PartRewards.Step(2, 0.5), new PartRewards.Step(9, 0.25))));
      assertThat(verdicts.get(3).parts()).isEmpty();
    }
  }

  @Test
  void sendsQueriesPromptsAndLabels() {
    try (FakeService fake = new FakeService(_ -> Answer.ok("{\"rewards\": [1, 0.5], \"x\": 1}"));
        Verifier verifier = settings(fake, 8).create()) {
      List<Verdict> verdicts =
          verifier.judgeAll(
              List.of(
                  submission("a {response}", "b {prompt}"),
                  new Submission(Judged.problem("c", "42"), "d", false)));

      assertThat(verdicts).extracting(Verdict::reward).containsExactly(1.0, 0.5);
      assertThat(verdicts).extracting(Verdict::correct).containsExactly(true, false);
      JsonNode sent = JSON.readTree(fake.calls().getFirst().body());
      assertThat(sent)
          .isEqualTo(
              JSON.readTree(
                  """
                  {"query": ["Q: a {response}\\nA: b {prompt}<|im_end|>", "Q: c\\nA: d"],
                   "prompts": ["a {response}", "c"], "labels": ["42", "42"]}\
                  """));
    }
  }

  @Test
  void sendsOtherReferencesAsJson() {
    Problem code =
        new Problem(
            "p",
            "?",
            new CodeTests.Programs(
                List.of(new CodeTests.Program("1", "2")), OptionalDouble.empty()));
    Problem countdown = new Countdown(List.of(3, 5, 7), 56).asked(Phrasing.COMPACT);
    try (FakeService fake = new FakeService(_ -> Answer.ok("{\"rewards\": [0, 0]}"));
        Verifier verifier = settings(fake, 8).create()) {
      verifier.judgeAll(List.of(Submission.of(code, ""), Submission.of(countdown, "")));

      JsonNode labels = JSON.readTree(fake.calls().getFirst().body()).path("labels");
      assertThat(JSON.readTree(labels.path(0).asString()).path("cases").path(0).path("output"))
          .isEqualTo(JSON.getNodeFactory().stringNode("2"));
      assertThat(JSON.readTree(labels.path(1).asString()))
          .isEqualTo(JSON.readTree("{\"target\": 56, \"numbers\": [3, 5, 7]}"));
    }
  }

  /** The service returns each response's number; batches of three come back in order. */
  @Test
  void keepsTheOrderOfBatches() {
    try (FakeService fake =
            new FakeService(call -> {
              List<Integer> rewards = new ArrayList<>();
              for (JsonNode prompt : JSON.readTree(call.body()).path("prompts")) {
                rewards.add(Integer.parseInt(prompt.asString()));
              }
              Thread.sleep(rewards.getFirst() == 0 ? 100 : 0);
              return Answer.ok("{\"rewards\": " + rewards + "}");
            });
        Verifier verifier = settings(fake, 3).create()) {
      List<Verdict> verdicts =
          verifier.judgeAll(IntStream.range(0, 10).mapToObj(i -> submission("" + i, "")).toList());

      assertThat(verdicts)
          .extracting(Verdict::reward)
          .containsExactlyElementsOf(IntStream.range(0, 10).mapToObj(i -> (double) i).toList());
      assertThat(fake.calls()).hasSize(4);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"rewards": [1]}           | expected 2 rewards, got 1
          {"rewards": [1, 0, 0]}     | expected 2 rewards, got 3
          {"rewards": 1}             | expected 2 rewards, got no list
          {"scores": [1, 0]}         | expected 2 rewards, got no list
          {"rewards": [1, null]}     | not a finite number: null
          {"rewards": [1, "0"]}      | not a finite number: "0"
          {"rewards": [1, NaN]}      | cannot be parsed
          {"rewards": [1, 1e999]}    | not a finite number
          {"rewards": [[1], [0]]}    | not a finite number: [1]
          <html>busy</html>          | cannot be parsed
          {"rewards": [1,            | cannot be parsed
          """)
  void aMalformedAnswerIsAnErrorAndNoReward(String answer, String why) {
    try (FakeService fake = new FakeService(_ -> Answer.ok(answer));
        Verifier verifier = settings(fake, 8).create()) {
      assertThatThrownBy(() -> verifier.judgeAll(List.of(submission("a", ""), submission("b", ""))))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("the service at " + fake.address() + " failed 3 times")
          .hasMessageContaining(why);
      assertThat(fake.calls()).hasSize(3);
    }
  }

  @Test
  void retriesAServiceThatRecovers() {
    try (FakeService fake =
            new FakeService(call ->
                switch (call.number()) {
                  case 1 -> Answer.of(500, "oh");
                  case 2 -> Answer.ok("{\"rewards\": []}");
                  default -> Answer.ok("{\"rewards\": [0.25]}");
                });
        Verifier verifier = settings(fake, 8).create()) {
      assertThat(verifier.judge(submission("a", "b")).reward()).isEqualTo(0.25);
    }
  }

  @Test
  void refusesAMissingTokenVariable() {
    Http settings =
        new Http(
            "http://127.0.0.1:9/",
            Optional.of("BRAID_NO_SUCH_VARIABLE"),
            "{response}",
            "",
            1,
            1,
            CallSettings.STANDARD);

    assertThatThrownBy(settings::create)
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(
            "token_env: the environment variable 'BRAID_NO_SUCH_VARIABLE' is empty or not set");
  }
}

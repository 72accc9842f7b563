package io.braid.verify;

import io.braid.remote.RemoteService;
import io.braid.task.CodeTests;
import io.braid.task.Countdown;
import io.braid.task.DigitSequence;
import io.braid.task.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Judges responses by calling a reward service with many responses per call. */
final class HttpVerifier implements BatchVerifier {
  private static final JsonMapper JSON = new JsonMapper();

  private final Http settings;
  private final RemoteService service;

  HttpVerifier(Http settings, RemoteService service) {
    this.settings = settings;
    this.service = service;
  }

  @Override
  public List<Verdict> judgeAll(List<Submission> submissions) {
    List<Callable<List<Verdict>>> calls = new ArrayList<>();
    for (int from = 0; from < submissions.size(); from += settings.batchSize()) {
      List<Submission> batch =
          submissions.subList(from, Math.min(submissions.size(), from + settings.batchSize()));
      calls.add(() -> service.post(request(batch), answer -> verdicts(answer, batch.size())));
    }
    return Parallel.run(calls).stream().flatMap(List::stream).toList();
  }

  private String request(List<Submission> batch) {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode queries = root.putArray("query");
    ArrayNode prompts = root.putArray("prompts");
    ArrayNode labels = root.putArray("labels");
    for (Submission each : batch) {
      String question = each.problem().question();
      queries.add(query(question, each.response() + (each.finished() ? settings.end() : "")));
      prompts.add(question);
      labels.add(label(each.problem().reference()));
    }
    return JSON.writeValueAsString(root);
  }

  /** Fills in the template from left to right, so that placeholders in inserted text stay as is. */
  private String query(String question, String response) {
    String[] parts = settings.query().split("\\{response\\}", 2);
    return parts[0].replace("{prompt}", question)
        + response
        + parts[1].replace("{prompt}", question);
  }

  /**
   * Returns the reference as text. For references other than a text answer, this is JSON with the
   * data that their verifier needs.
   */
  private static String label(Reference reference) {
    return switch (reference) {
      case Reference.Text text -> text.answer();
      case Reference.OneOf oneOf -> JSON.writeValueAsString(oneOf.answers());
      case DigitSequence sequence -> sequence.answer();
      case Countdown countdown ->
          JSON.writeValueAsString(
              JSON.createObjectNode()
                  .put("target", countdown.target())
                  .set("numbers", JSON.valueToTree(countdown.numbers())));
      case CodeTests tests -> JSON.writeValueAsString(tests);
    };
  }

  private List<Verdict> verdicts(String answer, int count) {
    JsonNode root = JSON.readTree(answer);
    JsonNode rewards = root.path("rewards");
    if (!rewards.isArray() || rewards.size() != count) {
      throw new IllegalArgumentException(
          "expected %s rewards, got %s"
              .formatted(count, rewards.isArray() ? rewards.size() : "no list"));
    }
    List<Verdict> verdicts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      verdicts.add(verdict(rewards.path(i), root, i));
    }
    return verdicts;
  }

  private Verdict verdict(JsonNode reward, JsonNode root, int i) {
    double value = finite(reward);
    boolean correct = value >= settings.correctFrom();
    JsonNode unknown = root.path("unknown").path(i);
    return new Verdict(
        value,
        correct,
        Optional.empty(),
        unknown.isString() ? unknown.asString() : "the service's reward",
        unknown.isString() || unknown.asBoolean(false),
        parts(root.path("token_rewards").path(i), root.path("step_rewards").path(i)));
  }

  private static Optional<PartRewards> parts(JsonNode tokens, JsonNode steps) {
    if (tokens.isArray()) {
      return Optional.of(
          new PartRewards.Tokens(tokens.valueStream().map(HttpVerifier::finite).toList()));
    }
    return steps.isArray()
        ? Optional.of(
            new PartRewards.Steps(
                steps
                    .valueStream()
                    .map(step -> new PartRewards.Step(step.path(0).asInt(-1), finite(step.path(1))))
                    .toList()))
        : Optional.empty();
  }

  private static double finite(JsonNode reward) {
    double value = reward.isNumber() ? reward.doubleValue() : Double.NaN;
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("a reward is not a finite number: " + reward);
    }
    return value;
  }

  @Override
  public void close() {
    service.close();
  }
}

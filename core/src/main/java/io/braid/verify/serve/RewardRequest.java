package io.braid.verify.serve;

import io.braid.task.Problem;
import io.braid.task.Reference;
import io.braid.verify.Submission;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Parses a request for rewards: {@code query} (prompt and response in one text), {@code prompts}
 * and {@code labels}, which are lists of the same length.
 */
final class RewardRequest {
  /** Highest number of JSON values in a body, since each value takes memory besides its text. */
  private static final long MOST_VALUES = 1_000_000;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxTokenCount(MOST_VALUES).build())
                  .build())
          .build();

  private RewardRequest() {}

  /** Parses a body, or rejects it with a one-line message that says what is wrong. */
  static List<Submission> read(InputStream body) throws Refusal {
    JsonNode root;
    try {
      root = JSON.readTree(body);
    } catch (StreamConstraintsException e) {
      throw Refusal.badRequest(
          "the body has more than %s values, nests too deeply or has too long a text; send fewer responses per request"
              .formatted(MOST_VALUES));
    } catch (JacksonException e) {
      throw Refusal.badRequest("the body is not JSON: " + firstLine(e.getOriginalMessage()));
    }
    List<JsonNode> queries = list(root, "query");
    List<JsonNode> prompts = list(root, "prompts");
    List<JsonNode> labels = list(root, "labels");
    if (prompts.size() != queries.size() || labels.size() != queries.size()) {
      throw Refusal.badRequest(
          "query, prompts and labels have %d, %d and %d entries; they must have the same number"
              .formatted(queries.size(), prompts.size(), labels.size()));
    }
    List<Submission> submissions = new ArrayList<>(queries.size());
    for (int i = 0; i < queries.size(); i++) {
      submissions.add(submission(i, queries.get(i), prompts.get(i), labels.get(i)));
    }
    return submissions;
  }

  private static Submission submission(int i, JsonNode query, JsonNode prompt, JsonNode label)
      throws Refusal {
    if (!query.isString()) {
      throw Refusal.badRequest("query[%d]: must be a text".formatted(i));
    }
    if (!(label.isString() || label.isNumber()) || label.asString().isBlank()) {
      throw Refusal.badRequest(
          "labels[%d]: must be the reference answer, a text or a number".formatted(i));
    }
    String question =
        question(prompt)
            .orElseThrow(() ->
                Refusal.badRequest(
                    "prompts[%s]: must be a text or a list of messages with content".formatted(i)));
    Query split = Query.of(query.asString(), question);
    Problem problem =
        new Problem("request:" + i, question, new Reference.Text(label.asString().strip()));
    return new Submission(problem, split.response(), split.finished());
  }

  /** Returns a text prompt, or the last text of messages such as {@code [{"content": "…"}]}. */
  private static Optional<String> question(JsonNode prompt) {
    if (prompt.isString()) {
      return Optional.of(prompt.asString());
    }
    Optional<String> last = Optional.empty();
    for (JsonNode message : prompt.isArray() ? prompt : List.<JsonNode>of()) {
      JsonNode content = message.path("content");
      if (content.isString()) {
        last = Optional.of(content.asString());
      }
      for (JsonNode part : content.isArray() ? content : List.<JsonNode>of()) {
        last = part.path("text").isString() ? Optional.of(part.path("text").asString()) : last;
      }
    }
    return last;
  }

  private static List<JsonNode> list(JsonNode root, String key) throws Refusal {
    JsonNode list = root.path(key);
    if (!list.isArray()) {
      throw Refusal.badRequest(key + ": must be a list");
    }
    return list.valueStream().toList();
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}

package io.braid.train;

import io.braid.UserError;
import io.braid.rollout.Group;
import io.braid.rollout.Response;
import io.braid.verify.PartRewards;
import io.braid.verify.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Responses that were sampled and not yet learned from, with their verdicts, as a file of a
 * checkpoint. Verdicts are kept because a service or a model may judge otherwise the second time.
 */
final class DrawFile {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String SAMPLED = "sampled";

  private DrawFile() {}

  /** A step's responses. */
  record Saved(int step, Draw draw) {}

  static void write(Path file, int step, Draw draw) {
    ObjectNode root = JSON.createObjectNode();
    root.put("step", step).put("asked", draw.asked()).put("end", draw.end());
    root.set(SAMPLED, JSON.valueToTree(draw.sampled()));
    ArrayNode groups = root.putArray("groups");
    for (int g = 0; g < draw.groups().size(); g++) {
      ObjectNode group = groups.addObject().put("problem", draw.problems().get(g));
      ArrayNode responses = group.putArray("responses");
      List<Response> of = draw.groups().get(g).responses();
      for (int r = 0; r < of.size(); r++) {
        Response response = of.get(r);
        ObjectNode node = responses.addObject();
        write(draw.verdicts().get(g).get(r), node.putObject("verdict"));
        node.put("finish", response.finish().name()).put("text", response.text());
        ArrayNode ids = node.putArray("ids");
        ArrayNode logProbs = node.putArray("log_probs");
        for (int t = 0; t < response.length(); t++) {
          ids.add(response.ids()[t]);
          logProbs.add(response.logProbs()[t]);
        }
      }
    }
    try {
      Files.write(file, JSON.writeValueAsBytes(root));
    } catch (IOException e) {
      throw new UserError(file + ": cannot be written (" + e.getMessage() + ")", e);
    }
  }

  private static void write(Verdict verdict, ObjectNode node) {
    node.put("reward", verdict.reward()).put("correct", verdict.correct());
    verdict.canonical().ifPresent(answer -> node.put("canonical", answer));
    node.put("reason", verdict.reason());
    if (verdict.unknown()) {
      node.put("unknown", true);
    }
    verdict
        .parts()
        .ifPresent(parts -> parts.numbers().forEach(node.withArray("token_rewards")::add));
  }

  /** Reads it. */
  static Saved read(Path file, Sampler sampler) {
    try {
      JsonNode root = JSON.readTree(Files.readAllBytes(file));
      List<Integer> problems = new ArrayList<>();
      List<Group> groups = new ArrayList<>();
      List<List<Verdict>> verdicts = new ArrayList<>();
      for (JsonNode node : root.required("groups")) {
        int place = node.required("problem").asInt();
        List<Response> responses = new ArrayList<>();
        List<Verdict> ofGroup = new ArrayList<>();
        for (JsonNode each : node.required("responses")) {
          responses.add(response(each));
          ofGroup.add(verdict(each.required("verdict")));
        }
        Group group = new Group(sampler.problem(place).prompt(), responses);
        problems.add(place);
        groups.add(group);
        verdicts.add(ofGroup);
      }
      Draw draw =
          new Draw(
              problems,
              groups,
              verdicts,
              root.required("asked").asInt(),
              0,
              root.required("end").asLong(),
              root.has(SAMPLED)
                  ? JSON.treeToValue(root.required(SAMPLED), Sampled.class)
                  : Sampled.of(groups, verdicts));
      return new Saved(root.required("step").asInt(), draw);
    } catch (IOException | JacksonException | IndexOutOfBoundsException e) {
      throw new UserError(
          "%s: cannot be read (%s); delete this checkpoint and resume from the one before"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static Verdict verdict(JsonNode node) {
    return new Verdict(
        node.required("reward").doubleValue(),
        node.required("correct").booleanValue(),
        node.optional("canonical").map(JsonNode::asString),
        node.required("reason").asString(),
        node.path("unknown").asBoolean(false),
        node.optional("token_rewards")
            .map(all ->
                new PartRewards.Tokens(all.valueStream().map(JsonNode::doubleValue).toList())));
  }

  private static Response response(JsonNode node) {
    JsonNode ids = node.required("ids");
    JsonNode logProbs = node.required("log_probs");
    long[] tokens = new long[ids.size()];
    float[] logs = new float[ids.size()];
    for (int t = 0; t < tokens.length; t++) {
      tokens[t] = ids.required(t).asLong();
      logs[t] = logProbs.required(t).floatValue();
    }
    return new Response(
        tokens,
        logs,
        Response.Finish.valueOf(node.required("finish").asString()),
        node.required("text").asString());
  }
}

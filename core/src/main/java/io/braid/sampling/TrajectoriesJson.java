package io.braid.sampling;

import io.braid.rollout.Prompt;
import io.braid.rollout.Response.Finish;
import io.braid.trajectory.Column;
import io.braid.trajectory.Segment;
import io.braid.trajectory.Sequence;
import io.braid.trajectory.Trajectories;
import io.braid.verify.PartRewards;
import io.braid.verify.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes sampled responses with their verdicts as JSON, for checkpoints. Verdicts are included
 * because a service or a model may judge differently the next time. Numbers are read back bit for
 * bit.
 */
final class TrajectoriesJson {
  private TrajectoriesJson() {}

  /** Writes a table with the columns of {@link Column#SAMPLED}. */
  static void write(Trajectories t, ObjectNode node) {
    ArrayNode problems = node.putArray("problems");
    for (int problem : t.get(Column.PROBLEM)) {
      problems.add(problem);
    }
    ArrayNode rows = node.putArray("rows");
    for (int row = 0; row < t.rows(); row++) {
      write(t, row, rows.addObject());
    }
  }

  private static void write(Trajectories t, int row, ObjectNode node) {
    Sequence sequence = t.sequence(row);
    node.put("group", t.group(row)).put("weights_version", t.get(Column.WEIGHTS_VERSION)[row]);
    write(t.get(Column.VERDICT).get(row), node.putObject("verdict"));
    node.put("finish", t.get(Column.FINISH).get(row).name());
    node.put("text", t.get(Column.TEXT).get(row));
    ArrayNode ids = node.putArray("ids");
    ArrayNode mask = node.putArray("loss_mask");
    for (int i = 0; i < sequence.response().length; i++) {
      ids.add(sequence.response()[i]);
      mask.add(sequence.lossMask()[i] ? 1 : 0);
    }
    ArrayNode segments = node.putArray("segments");
    for (Segment each : sequence.segments()) {
      segments.addArray().add(each.kind().name()).add(each.start()).add(each.end());
    }
    ArrayNode logProbs = node.putArray("log_probs");
    for (float logProb : t.row(Column.ROLLOUT_LOG_PROBS, row)) {
      logProbs.add(logProb);
    }
    ArrayNode entropies = node.putArray("entropies");
    for (float entropy : t.row(Column.ROLLOUT_ENTROPIES, row)) {
      entropies.add(entropy);
    }
  }

  private static void write(Verdict verdict, ObjectNode node) {
    node.put("reward", verdict.reward()).put("correct", verdict.correct());
    verdict.canonical().ifPresent(answer -> node.put("canonical", answer));
    node.put("reason", verdict.reason());
    verdict.reading().ifPresent(answer -> node.put("reading", answer));
    if (verdict.unknown()) {
      node.put("unknown", true);
    }
    if (verdict.unannounced()) {
      node.put("unannounced", true);
    }
    verdict
        .parts()
        .ifPresent(parts -> parts.numbers().forEach(node.withArray("token_rewards")::add));
  }

  /**
   * Reads a table.
   *
   * @param promptOf returns the prompt of a problem, by its index in the data
   * @throws tools.jackson.core.JacksonException if a key is missing
   * @throws IllegalArgumentException if a value cannot be used
   * @throws IndexOutOfBoundsException if a row's group has no problem
   */
  static Trajectories read(JsonNode node, IntFunction<Prompt> promptOf) {
    int[] problems = node.required("problems").valueStream().mapToInt(JsonNode::asInt).toArray();
    List<Prompt> prompts = new ArrayList<>();
    for (int problem : problems) {
      prompts.add(promptOf.apply(problem));
    }
    List<JsonNode> rows = node.required("rows").valueStream().toList();
    int[] groups = rows.stream().mapToInt(row -> row.required("group").asInt()).toArray();
    List<Sequence> sequences = new ArrayList<>();
    for (int row = 0; row < groups.length; row++) {
      sequences.add(sequence(prompts.get(groups[row]), rows.get(row)));
    }
    return Trajectories.of(prompts, sequences, groups)
        .with(Column.PROBLEM, problems)
        .with(
            Column.WEIGHTS_VERSION,
            rows.stream().mapToInt(row -> row.required("weights_version").asInt()).toArray())
        .with(Column.TEXT, rows.stream().map(row -> row.required("text").asString()).toList())
        .with(
            Column.FINISH,
            rows.stream().map(row -> Finish.valueOf(row.required("finish").asString())).toList())
        .with(
            Column.ROLLOUT_LOG_PROBS,
            floats(rows.stream().map(row -> row.required("log_probs")).toList()))
        .with(Column.ROLLOUT_ENTROPIES, entropies(rows, sequences))
        .with(Column.VERDICT, rows.stream().map(row -> verdict(row.required("verdict"))).toList());
  }

  private static Sequence sequence(Prompt prompt, JsonNode row) {
    long[] ids = row.required("ids").valueStream().mapToLong(JsonNode::asLong).toArray();
    JsonNode kept = row.required("loss_mask");
    boolean[] mask = new boolean[ids.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = kept.required(i).asInt() == 1;
    }
    List<Segment> segments =
        row.required("segments")
            .valueStream()
            .map(each ->
                new Segment(
                    Segment.Kind.valueOf(each.required(0).asString()),
                    each.required(1).asInt(),
                    each.required(2).asInt()))
            .toList();
    return new Sequence(prompt.ids(), ids, mask, segments, prompt.images());
  }

  private static float[] floats(List<JsonNode> rows) {
    float[] all = new float[rows.stream().mapToInt(JsonNode::size).sum()];
    int at = 0;
    for (JsonNode row : rows) {
      for (JsonNode each : row) {
        all[at++] = each.floatValue();
      }
    }
    return all;
  }

  /** Reads the entropies, which checkpoints of older versions do not have. */
  private static float[] entropies(List<JsonNode> rows, List<Sequence> sequences) {
    if (rows.stream().allMatch(row -> row.has("entropies"))) {
      return floats(rows.stream().map(row -> row.required("entropies")).toList());
    }
    float[] unknown = new float[sequences.stream().mapToInt(Sequence::trained).sum()];
    Arrays.fill(unknown, Float.NaN);
    return unknown;
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
                new PartRewards.Tokens(all.valueStream().map(JsonNode::doubleValue).toList())),
        node.path("unannounced").asBoolean(false),
        node.optional("reading").map(JsonNode::asString));
  }
}

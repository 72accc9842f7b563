package io.braid.sampling;

import io.braid.FileError;
import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The checkpoint file of responses that were sampled and not yet trained on. */
final class RolloutBatchFile {
  private static final JsonMapper JSON = new JsonMapper();

  private RolloutBatchFile() {}

  /** A step's responses. */
  record Saved(int step, RolloutBatch batch) {}

  static void write(Path file, int step, RolloutBatch batch) {
    ObjectNode root = JSON.createObjectNode();
    root.put("step", step);
    root.set("sampled", JSON.valueToTree(batch.sampled()));
    TrajectoriesJson.write(batch.trajectories(), root);
    try {
      Files.write(file, JSON.writeValueAsBytes(root));
    } catch (IOException e) {
      throw FileError.writing(file, e);
    }
  }

  /** Reads a batch; its prompts come from the sampler's problems. */
  static Saved read(Path file, Sampler sampler) {
    try {
      JsonNode root = JSON.readTree(Files.readAllBytes(file));
      SamplingStatistics sampled =
          JSON.treeToValue(root.required("sampled"), SamplingStatistics.class);
      RolloutBatch batch =
          new RolloutBatch(
              TrajectoriesJson.read(root, problem -> sampler.problem(problem).prompt()),
              0,
              sampled);
      return new Saved(root.required("step").asInt(), batch);
    } catch (IOException e) {
      throw FileError.reading(file, e);
    } catch (JacksonException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new UserError(
          "%s: cannot be read (%s); delete this checkpoint and resume from the one before"
              .formatted(file, e.getMessage()),
          e);
    }
  }
}

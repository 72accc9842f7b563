package io.braid.checkpoint;

import io.braid.Notices;
import io.braid.UserError;
import io.braid.model.ModelConfig;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Determines which stored tensors are a model's embedding and its output head. If the config ties
 * the two, the files may contain either tensor, or both with equal values. If both are present and
 * differ, they are loaded as two separate tensors.
 *
 * @param tied whether the head shares the embedding's weights
 * @param embedding the published name under which the embedding is stored
 * @param alsoRead published names of tensors in the files that duplicate the embedding
 */
record Head(boolean tied, String embedding, List<String> alsoRead) {
  static final String EMBEDDING = "model.embed_tokens.weight";
  static final String OUTPUT = "lm_head.weight";

  /** Examines the files, and issues a notice if they contradict the config. */
  static Head of(Path directory, ModelConfig config, WeightFiles files) {
    Optional<WeightFiles.Stored> input = files.find(EMBEDDING);
    Optional<WeightFiles.Stored> output = files.find(OUTPUT);
    if (!config.tiedEmbeddings()) {
      return new Head(false, EMBEDDING, List.of());
    }
    if (input.isEmpty() && output.isPresent()) {
      return new Head(true, OUTPUT, List.of(OUTPUT));
    }
    if (input.isPresent() && output.isPresent()) {
      if (same(input.get(), output.get())) {
        return new Head(true, EMBEDDING, List.of(OUTPUT));
      }
      Notices.say(
          "%s: tie_word_embeddings is true in config.json, but %s and %s are both present and differ; they are loaded and saved as two tensors, as in transformers"
              .formatted(directory, EMBEDDING, OUTPUT));
      return new Head(false, EMBEDDING, List.of());
    }
    return new Head(true, EMBEDDING, List.of());
  }

  private static boolean same(WeightFiles.Stored one, WeightFiles.Stored other) {
    try (Scope scope = Scope.open()) {
      Tensor a = one.tensor();
      Tensor b = other.tensor();
      return Arrays.equals(a.shape(), b.shape()) && a.sameAs(b.to(a.dtype()));
    }
  }

  /**
   * Finds the stored tensor for a tensor of the model.
   *
   * @param name published name of the model's tensor
   * @throws UserError if no file contains it
   */
  WeightFiles.Stored stored(String name, WeightFiles files) {
    String storedName = name.equals(EMBEDDING) ? embedding : name;
    return files.find(storedName).orElseThrow(() -> files.missing(name, missingHead(name)));
  }

  private static String missingHead(String name) {
    return name.equals(OUTPUT)
        ? "; set tie_word_embeddings to true if the head shares the embedding's weights, otherwise"
            + " copy or download the model again"
        : "; copy or download the model again";
  }
}

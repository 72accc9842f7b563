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
 * Which tensors a model's embedding and its head are. Where the config ties them, a file may hold
 * one, the other, or the same twice; where it holds two different ones, they are two.
 *
 * @param tied whether the head is the embedding
 * @param embedding the published name under which the embedding is stored
 * @param alsoRead published names that a file holds a second time
 */
record Head(boolean tied, String embedding, List<String> alsoRead) {
  static final String EMBEDDING = "model.embed_tokens.weight";
  static final String OUTPUT = "lm_head.weight";

  /** Looks at what the files hold; says when it is not what the config promises. */
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
          "%s: tie_word_embeddings is true in config.json, but %s and %s are both there and differ; they are two, as in transformers, and are saved so"
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
   * Where a tensor of the model stands.
   *
   * @param name its published name
   * @throws UserError when no file has it
   */
  WeightFiles.Stored place(String name, WeightFiles files) {
    String stored = name.equals(EMBEDDING) ? embedding : name;
    return files.find(stored).orElseThrow(() -> files.missing(name, missingHead(name)));
  }

  private static String missingHead(String name) {
    return name.equals(OUTPUT)
        ? "; set tie_word_embeddings to true if the embedding is the head, else copy or download"
            + " the model again"
        : "; copy or download the model again";
  }
}

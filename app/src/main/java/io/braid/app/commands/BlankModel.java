package io.braid.app.commands;

import io.braid.UserError;
import io.braid.checkpoint.ModelWriter;
import io.braid.model.ModelConfig;
import io.braid.model.Transformer;
import io.braid.model.family.Llama;
import io.braid.tensor.DType;
import io.braid.text.WordTokenizerFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A small, randomly initialised model whose tokenizer has one token per word; it trains within
 * minutes.
 *
 * <p>Its architecture is Qwen2's, but it is saved as a Llama with biases, because for Qwen2's
 * {@code model_type} the {@code AutoTokenizer} of transformers 5 does not use {@code
 * tokenizer.json} unchanged.
 *
 * @param hidden width of the hidden states, a multiple of 8
 * @param layers number of decoder layers
 * @param positions context length, in tokens
 * @param seed seed of the weights
 */
public record BlankModel(int hidden, int layers, int positions, long seed) {
  private static final int HEADS = 4;

  /** Checks the sizes. */
  public BlankModel {
    if (hidden < 8 || hidden % 8 != 0 || hidden > 4096) {
      throw new UserError("--hidden: must be a multiple of 8 up to 4096, got " + hidden);
    }
    if (layers < 1 || layers > 64) {
      throw new UserError("--layers: must be between 1 and 64, got " + layers);
    }
    if (positions < 8 || positions > 1 << 17) {
      throw new UserError("--positions: must be between 8 and 131072, got " + positions);
    }
  }

  /** Returns the quickstart's model, which has 0.32 M parameters. */
  static BlankModel of(long seed) {
    return new BlankModel(96, 3, 64, seed);
  }

  /** Returns the numbers below 100 and the symbols of arithmetic. */
  public static List<String> countdownWords() {
    List<String> words = numbers(100);
    words.addAll(List.of("+", "-", "*", "/", "(", ")", "=", ":"));
    return words;
  }

  /** Returns the numbers below a bound as words. */
  static List<String> numbers(int below) {
    List<String> words = new ArrayList<>();
    for (int number = 0; number < below; number++) {
      words.add(Integer.toString(number));
    }
    return words;
  }

  /** About 8/3 of the width; whole vectors of any processor where the heads are whole vectors. */
  private int intermediate() {
    int size = hidden * 8 / 3;
    return hidden / HEADS % 8 == 0 ? Math.ceilDiv(size, 16) * 16 : size;
  }

  /** Writes a model directory. */
  public void write(Path directory, List<String> words) {
    WordTokenizerFiles tokenizer = WordTokenizerFiles.of(words);
    int vocabulary = words.size() + 3; // <pad>, <bos>, <eos>
    ModelConfig config =
        new ModelConfig(
            new Llama(),
            vocabulary,
            hidden,
            intermediate(),
            layers,
            HEADS,
            2, // key-value heads
            hidden / HEADS,
            1e-6,
            new ModelConfig.Rope(10_000, Optional.empty()),
            true, // tied embeddings
            true, // biases on query, key and value, as Qwen2's
            false, // but none on the output
            false,
            positions,
            0.02);
    try (Transformer blank = Transformer.create(config, DType.FLOAT32, seed)) {
      ModelWriter.save(
          directory,
          blank,
          List.of(2L), // <eos>
          Map.of(
              "tokenizer.json", tokenizer.tokenizer(),
              "tokenizer_config.json", tokenizer.config(),
              "special_tokens_map.json", tokenizer.specialTokens()));
    }
  }
}

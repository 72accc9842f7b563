package io.braid.app;

import io.braid.checkpoint.ModelWriter;
import io.braid.model.ModelConfig;
import io.braid.model.Transformer;
import io.braid.model.family.Qwen2;
import io.braid.tensor.DType;
import io.braid.text.WordTokenizerFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model directory small enough for tests: one layer, sixteen wide, the quickstart's words. */
final class TinyModel {
  private TinyModel() {}

  static Path in(Path directory) {
    return in(directory, 111);
  }

  static Path in(Path directory, int vocabulary) {
    List<String> words = new ArrayList<>();
    for (int number = 0; number < 100; number++) {
      words.add(Integer.toString(number));
    }
    words.addAll(List.of("+", "-", "*", "/", "(", ")", "=", ":"));
    WordTokenizerFiles tokenizer = WordTokenizerFiles.of(words);
    ModelConfig config =
        new ModelConfig(
            new Qwen2(),
            vocabulary,
            16,
            32,
            1,
            2,
            1,
            8,
            1e-6,
            new ModelConfig.Rope(10_000, Optional.empty()),
            true,
            true,
            false,
            false,
            32,
            0.02);
    Path model = directory.resolve("model-" + vocabulary);
    try (Transformer transformer = Transformer.create(config, DType.FLOAT32, 1)) {
      ModelWriter.save(
          model,
          transformer,
          List.of(2L),
          Map.of(
              "tokenizer.json", tokenizer.tokenizer(),
              "tokenizer_config.json", tokenizer.config(),
              "special_tokens_map.json", tokenizer.specialTokens()));
    }
    return model;
  }
}

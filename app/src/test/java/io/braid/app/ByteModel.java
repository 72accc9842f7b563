package io.braid.app;

import io.braid.checkpoint.ModelWriter;
import io.braid.model.ModelConfig;
import io.braid.model.Transformer;
import io.braid.model.family.Qwen2;
import io.braid.tensor.DType;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** A tiny model that reads any text, a token a byte, and knows nothing. */
final class ByteModel {
  private static final int BYTES = 256;
  private static final int POSITIONS = 4096;

  private ByteModel() {}

  static Path in(Path directory) {
    ModelConfig config =
        new ModelConfig(
            new Qwen2(),
            BYTES + 1,
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
            POSITIONS,
            0.02);
    Path model = directory.resolve("bytes");
    try (Transformer transformer = Transformer.create(config, DType.FLOAT32, 1)) {
      ModelWriter.save(
          model,
          transformer,
          List.of((long) BYTES),
          Map.of(
              "tokenizer.json",
              tokenizer(),
              "tokenizer_config.json",
              "{\"tokenizer_class\":\"PreTrainedTokenizerFast\",\"eos_token\":\"<eos>\"}"));
    }
    return model;
  }

  private static String tokenizer() {
    String vocabulary = JsonMapper.shared().writeValueAsString(vocabulary());
    return """
    {"version": "1.0", "truncation": null, "padding": null,
     "added_tokens": [{"id": 256, "content": "<eos>", "single_word": false, "lstrip": false,
       "rstrip": false, "normalized": false, "special": true}],
     "normalizer": null,
     "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
       "use_regex": true},
     "post_processor": null,
     "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true,
       "use_regex": true},
     "model": {"type": "BPE", "dropout": null, "unk_token": null,
       "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": false,
       "byte_fallback": false, "vocab": %s, "merges": []}}
    """
        .formatted(vocabulary);
  }

  /** Bytes that cannot be seen stand for themselves as letters from 256 on, as in GPT-2. */
  private static Map<String, Integer> vocabulary() {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    int unseen = BYTES;
    for (int b = 0; b < BYTES; b++) {
      boolean seen = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
      vocabulary.put(Character.toString(seen ? b : unseen++), b);
    }
    return vocabulary;
  }
}

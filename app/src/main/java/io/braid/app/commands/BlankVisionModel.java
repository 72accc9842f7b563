package io.braid.app.commands;

import io.braid.checkpoint.ModelWriter;
import io.braid.model.ModelConfig;
import io.braid.model.Transformer;
import io.braid.model.family.Qwen25Vl;
import io.braid.task.visual.VisualWords;
import io.braid.tensor.DType;
import io.braid.text.WordTokenizerFiles;
import io.braid.vision.VisionConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * A small, randomly initialised model of the shape of Qwen2.5-VL that reads the pictures of the
 * task {@code visual} and whose tokenizer has its words. A picture of 112 by 112 pixels has 8 by 8
 * patches and becomes 16 tokens.
 *
 * @param seed seed of the weights
 */
record BlankVisionModel(long seed) {
  private static final int HIDDEN = 128;
  private static final int HEADS = 4;
  private static final int POSITIONS = 96;
  private static final int SIDE = 112; // of a picture, in pixels
  private static final List<String> SPECIALS =
      List.of("<|vision_start|>", "<|image_pad|>", "<|vision_end|>");
  private static final int FIRST_SPECIAL = 3;

  /** Writes a model directory. */
  void write(Path directory) {
    List<String> words = VisualWords.all();
    WordTokenizerFiles tokenizer = WordTokenizerFiles.of(words, SPECIALS);
    int vocabulary = FIRST_SPECIAL + SPECIALS.size() + words.size();
    ModelConfig text =
        new ModelConfig(
            new Qwen25Vl(),
            vocabulary,
            HIDDEN,
            336, // width inside the MLP, whole vectors of any processor
            3, // layers
            HEADS,
            2, // key-value heads
            HIDDEN / HEADS,
            1e-6,
            new ModelConfig.Rope(10_000, Optional.empty(), List.of(4, 6, 6)),
            /* tiedEmbeddings= */ true,
            /* attentionBias= */ true,
            /* outputBias= */ false,
            /* mlpBias= */ false,
            POSITIONS,
            0.02);
    VisionConfig vision =
        new VisionConfig(
            3, // blocks
            96, // width
            4, // heads
            256, // width inside the gated unit
            14,
            2,
            2,
            SIDE / 2, // a window has 2 by 2 tokens
            List.of(1, 2),
            10_000,
            HIDDEN,
            FIRST_SPECIAL + 1,
            FIRST_SPECIAL,
            FIRST_SPECIAL + 2,
            0.05);
    try (Transformer blank = Transformer.create(text.withVision(vision), DType.FLOAT32, seed)) {
      ModelWriter.save(
          directory,
          blank,
          List.of(2L), // <eos>
          Map.of(
              "tokenizer.json", tokenizer.tokenizer(),
              "tokenizer_config.json", tokenizer.config(),
              "special_tokens_map.json", tokenizer.specialTokens(),
              "preprocessor_config.json", processor(vision)));
    }
  }

  private static String processor(VisionConfig vision) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("image_processor_type", "Qwen2VLImageProcessor");
    keys.put("processor_class", "Qwen2_5_VLProcessor");
    keys.put("min_pixels", SIDE * SIDE / 4);
    keys.put("max_pixels", SIDE * SIDE);
    keys.put("patch_size", vision.patch());
    keys.put("temporal_patch_size", vision.frames());
    keys.put("merge_size", vision.merge());
    keys.put("image_mean", List.of(0.48145466, 0.4578275, 0.40821073));
    keys.put("image_std", List.of(0.26862954, 0.26130258, 0.27577711));
    return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(keys) + "\n";
  }
}

package io.braid.model.family;

import io.braid.UserError;
import io.braid.model.Architecture;
import io.braid.model.ConfigKey;
import io.braid.model.ConfigValues;
import io.braid.model.Family;
import io.braid.model.ModelConfig;
import io.braid.vision.VisionConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Qwen2.5-VL (Bai et al. 2025, arXiv 2502.13923): Qwen2.5's layers with positions in time, height
 * and width, and a vision tower.
 */
public record Qwen25Vl() implements Family {
  private static final String VISION = "vision_config";
  private static final String IMAGE = "image_token_id";
  private static final String START = "vision_start_token_id";
  private static final String END = "vision_end_token_id";
  private static final String SILU = "silu";

  private static final List<ConfigKey> TOWER =
      List.of(
          ConfigKey.used("depth", "32", "number of blocks"),
          ConfigKey.used("hidden_size", "3584", "width of a patch's features"),
          ConfigKey.used("intermediate_size", "3420", "width inside the gated unit"),
          ConfigKey.used("num_heads", "16", "number of attention heads"),
          ConfigKey.used("patch_size", "14", "height and width of a patch, in pixels"),
          ConfigKey.used(
              "temporal_patch_size", "2", "frames in a patch; a still image is repeated"),
          ConfigKey.used("spatial_merge_size", "2", "patches joined along each axis"),
          ConfigKey.used("window_size", "112", "height and width of a window, in pixels"),
          ConfigKey.used(
              "fullatt_block_indexes",
              "7, 15, 23, 31",
              "blocks that attend to the whole image instead of windows"),
          ConfigKey.used("out_hidden_size", "3584", "must be the text's `hidden_size`"),
          ConfigKey.checked("in_channels", "must be 3"),
          ConfigKey.checked("in_chans", "the older name of `in_channels`; must be 3"),
          ConfigKey.checked("hidden_act", "must be `silu`"),
          ConfigKey.checked("initializer_range", "only used for random initialisation"),
          ConfigKey.checked("spatial_patch_size", "not used, as in transformers"),
          ConfigKey.checked("tokens_per_second", "only used for videos, which are not read"),
          ConfigKey.used("num_attention_heads", "16", "another name of `num_heads`"),
          ConfigKey.used("num_hidden_layers", "32", "another name of `depth`"),
          ConfigKey.used(
              "rope_parameters", "none", "`rope_theta`, the base of the wavelengths, 10000"),
          ConfigKey.used("rope_theta", "10000", "the same at this place"),
          ConfigKey.checked("model_type", "not used"),
          ConfigKey.checked("dtype", "not used: the tower has the type of the model"),
          ConfigKey.checked("torch_dtype", "the older name of `dtype`"));

  @Override
  public String type() {
    return "qwen2_5_vl";
  }

  @Override
  public String title() {
    return "Qwen2.5-VL";
  }

  @Override
  public String className() {
    return "Qwen2_5_VL";
  }

  @Override
  public String modelClass() {
    return className() + "ForConditionalGeneration";
  }

  @Override
  public boolean hasVision() {
    return true;
  }

  @Override
  public double usualEpsilon() {
    return 1e-5;
  }

  @Override
  public Usual usual() {
    return new Usual(
        /* kvHeads= */ OptionalInt.of(8),
        /* kvHeadsMayBeNull= */ true,
        /* headDim= */ OptionalInt.empty(),
        /* headDimMayBeNull= */ false,
        /* tied= */ false,
        /* theta= */ 1_000_000);
  }

  @Override
  public boolean headsDivideWidth() {
    return true;
  }

  @Override
  public List<ConfigKey> keys() {
    return List.of(
        ConfigKey.used(
            "text_config",
            "the keys are at the top level",
            "the keys of the language model; replaces those at the top level"),
        ConfigKey.used(VISION, "refused", "the keys of the vision tower; see below"),
        ConfigKey.used(IMAGE, "151655", "the token that an image's features replace"),
        ConfigKey.used(START, "151652", "the token before an image"),
        ConfigKey.used(END, "151653", "the token after an image"),
        ConfigKey.checked("video_token_id", "not used: videos are not read"),
        SlidingWindows.USED,
        SlidingWindows.WINDOW,
        ConfigKey.used(
            "max_window_layers", "80", "first layer with a window, if `layer_types` is missing"),
        SlidingWindows.LAYER_TYPES);
  }

  @Override
  public List<ConfigKey> visionKeys() {
    return TOWER;
  }

  @Override
  public ModelConfig read(ConfigValues values, ModelConfig shared) {
    ConfigValues tower =
        values
            .object(VISION)
            .orElseThrow(
                () -> new UserError(VISION + " is missing; copy or download config.json again"));
    tower.noteUnknown(TOWER);
    requireThree(tower, "in_channels");
    requireThree(tower, "in_chans");
    String activation = tower.name("hidden_act", SILU);
    if (!activation.equals(SILU)) {
      throw new UserError(
          "%s.hidden_act is \"%s\"; only %s is supported".formatted(VISION, activation, SILU));
    }
    int outWidth = tower.whole("out_hidden_size", 3_584);
    if (outWidth != shared.hiddenSize()) {
      throw new UserError(
          "%s.out_hidden_size is %s, but hidden_size is %s; they must be equal"
              .formatted(VISION, outWidth, shared.hiddenSize()));
    }
    VisionConfig vision =
        new VisionConfig(
            tower.whole("depth", tower.whole("num_hidden_layers", 32)),
            tower.whole("hidden_size", 3_584),
            tower.whole("num_heads", tower.whole("num_attention_heads", 16)),
            tower.whole("intermediate_size", 3_420),
            tower.whole("patch_size", 14),
            tower.whole("temporal_patch_size", 2),
            tower.whole("spatial_merge_size", 2),
            tower.whole("window_size", 112),
            tower.wholes("fullatt_block_indexes").orElse(List.of(7, 15, 23, 31)),
            theta(tower),
            outWidth,
            token(values, IMAGE, 151_655, shared),
            token(values, START, 151_652, shared),
            token(values, END, 151_653, shared),
            shared.initializerRange());
    if (shared.headDim() * shared.heads() != shared.hiddenSize()) {
      throw new UserError(
          "head_dim %s is not hidden_size / num_attention_heads, the only width that %s has"
              .formatted(shared.headDim(), type()));
    }
    ModelConfig text =
        SlidingWindows.readQwen(
            values,
            shared.withBiases(/* queryKeyValue= */ true, false, false),
            /* firstSliding= */ 80);
    return text.withVision(vision);
  }

  private static double theta(ConfigValues tower) {
    double own = tower.number("rope_theta", 10_000);
    Optional<ConfigValues> settings = tower.object("rope_parameters");
    settings.ifPresent(each -> {
      String type = each.name("rope_type", "axial");
      if (!type.equals("axial") && !type.equals("default")) {
        throw new UserError(
            "%s.rope_parameters.rope_type is \"%s\"; only axial is supported"
                .formatted(VISION, type));
      }
    });
    return settings.map(each -> each.number("rope_theta", own)).orElse(own);
  }

  private static void requireThree(ConfigValues tower, String key) {
    int channels = tower.whole(key, VisionConfig.CHANNELS);
    if (channels != VisionConfig.CHANNELS) {
      throw new UserError("%s.%s is %s; images have 3".formatted(VISION, key, channels));
    }
  }

  private static int token(ConfigValues values, String key, int otherwise, ModelConfig shared) {
    int id = values.whole(key, otherwise);
    if (id < 0 || id >= shared.vocabSize()) {
      throw new UserError(
          "%s %s is not in the vocabulary of %s (vocab_size)"
              .formatted(key, id, shared.vocabSize()));
    }
    return id;
  }

  @Override
  public Map<String, Object> written(ModelConfig config) {
    Map<String, Object> keys = new LinkedHashMap<>(SlidingWindows.written(config));
    VisionConfig vision = config.vision().orElseThrow();
    keys.put(IMAGE, vision.imageToken());
    keys.put(START, vision.startToken());
    keys.put(END, vision.endToken());
    Map<String, Object> tower = new LinkedHashMap<>();
    tower.put("model_type", "qwen2_5_vl");
    tower.put("depth", vision.depth());
    tower.put("hidden_size", vision.width());
    tower.put("hidden_act", SILU);
    tower.put("intermediate_size", vision.intermediate());
    tower.put("num_heads", vision.heads());
    tower.put("in_channels", VisionConfig.CHANNELS);
    tower.put("in_chans", VisionConfig.CHANNELS);
    tower.put("patch_size", vision.patch());
    tower.put("temporal_patch_size", vision.frames());
    tower.put("spatial_merge_size", vision.merge());
    tower.put("window_size", vision.window());
    tower.put("fullatt_block_indexes", vision.fullAttention());
    tower.put("out_hidden_size", vision.outWidth());
    if (vision.theta() != 10_000) {
      tower.put("rope_theta", vision.theta());
    }
    keys.put(VISION, tower);
    return keys;
  }

  @Override
  public Architecture architecture(ModelConfig config) {
    return new Qwen2().architecture(config);
  }
}

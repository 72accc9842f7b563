package io.braid.checkpoint;

import io.braid.Notices;
import io.braid.SettingError;
import io.braid.UserError;
import io.braid.image.ImageProcessor;
import io.braid.vision.VisionConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Hugging Face's {@code preprocessor_config.json} of models that read images, or the entry {@code
 * image_processor} of {@code processor_config.json}, as newer versions write it. A key is read as
 * transformers 5 reads it for {@code Qwen2VLImageProcessor}.
 */
final class ProcessorJson {
  private static final String FILE = "preprocessor_config.json";
  private static final String NEWER = "processor_config.json";
  private static final String ENTRY = "image_processor";
  private static final int BICUBIC = 3;
  private static final double[] CLIP_MEAN = {0.48145466, 0.4578275, 0.40821073};
  private static final double[] CLIP_DEVIATION = {0.26862954, 0.26130258, 0.27577711};

  /** Keys without effect here. */
  private static final Set<String> UNUSED =
      Set.of(
          "image_processor_type",
          "processor_class",
          "feature_extractor_type",
          "video_processor_type",
          "default_to_square",
          "device",
          "disable_grouping",
          "return_tensors",
          "input_data_format",
          "data_format",
          "crop_size",
          "do_center_crop",
          "do_pad",
          "pad_size",
          "image_seq_length",
          "chat_template");

  private final Path file;
  private final JsonNode json;

  private ProcessorJson(Path file, JsonNode json) {
    this.file = file;
    this.json = json;
  }

  /**
   * Reads how a model's images are processed.
   *
   * @throws UserError if there is no such file, or it does not fit the model
   */
  static ImageProcessor read(Path directory, VisionConfig vision) {
    Path older = directory.resolve(FILE);
    Path newer = directory.resolve(NEWER);
    if (JsonFile.isThere(older)) {
      return new ProcessorJson(older, JsonFile.read(older)).read(vision);
    }
    JsonNode entry = JsonFile.readIfThere(newer).path(ENTRY);
    if (entry.isObject()) {
      return new ProcessorJson(newer, entry).read(vision);
    }
    throw new UserError(
        "%s: has no %s, so it is not known how the model's images are resized; copy it from the published model"
            .formatted(directory, FILE));
  }

  private ImageProcessor read(VisionConfig vision) {
    mustBe("do_resize", true);
    mustBe("do_rescale", true);
    mustBe("do_normalize", true);
    mustBe("do_convert_rgb", true);
    if (whole("resample", BICUBIC) != BICUBIC) {
      throw error("resample is %s; only %s, bicubic, is supported", json.path("resample"), BICUBIC);
    }
    fits("patch_size", 14, vision.patch());
    fits("temporal_patch_size", 2, vision.frames());
    fits("merge_size", 2, vision.merge());
    JsonNode size = json.path("size");
    noteUnknown();
    try {
      return new ImageProcessor(
          vision.patch(),
          vision.frames(),
          vision.merge(),
          pixels("min_pixels", size.path("shortest_edge"), 56 * 56),
          pixels("max_pixels", size.path("longest_edge"), 28 * 28 * 1_280),
          json.has("rescale_factor") ? number("rescale_factor") : 1 / 255.0,
          colours("image_mean", CLIP_MEAN),
          colours("image_std", CLIP_DEVIATION));
    } catch (SettingError e) { // a number that is out of range
      throw new UserError(file + ": " + e.getMessage(), e);
    }
  }

  private void mustBe(String key, boolean value) {
    JsonNode node = json.path(key);
    if (!node.isMissingNode() && !node.isNull() && node.asBoolean(!value) != value) {
      throw error("%s is %s; only %s is supported", key, node, value);
    }
  }

  private void fits(String key, int otherwise, int wanted) {
    int found = whole(key, otherwise);
    if (found != wanted) {
      throw error("%s is %s, but config.json's vision_config has %s", key, found, wanted);
    }
  }

  private int whole(String key, int otherwise) {
    JsonNode node = json.path(key);
    if (node.isMissingNode() || node.isNull()) {
      return otherwise;
    }
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw error("%s must be an integer; it is %s", key, node);
    }
    return node.asInt();
  }

  private double number(String key) {
    JsonNode node = json.path(key);
    if (!node.isNumber() || !Double.isFinite(node.asDouble())) {
      throw error("%s must be a number; it is %s", key, node);
    }
    return node.asDouble();
  }

  /** Returns a number of pixels; the key at the top level wins over the one in {@code size}. */
  private long pixels(String key, JsonNode inSize, long otherwise) {
    JsonNode top = json.path(key);
    JsonNode node = top.isMissingNode() || top.isNull() ? inSize : top;
    if (node.isMissingNode() || node.isNull()) {
      return otherwise;
    }
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.asLong() < 1) {
      throw error("%s must be a number of pixels; it is %s", key, node);
    }
    return node.asLong();
  }

  private double[] colours(String key, double[] otherwise) {
    JsonNode node = json.path(key);
    if (node.isMissingNode() || node.isNull()) {
      return otherwise;
    }
    if (!node.isArray()
        || node.size() != otherwise.length
        || !node.valueStream().allMatch(JsonNode::isNumber)) {
      throw error("%s must be a list of three numbers; it is %s", key, node);
    }
    return node.valueStream().mapToDouble(JsonNode::asDouble).toArray();
  }

  private void noteUnknown() {
    Set<String> used =
        Set.of(
            "do_resize",
            "do_rescale",
            "do_normalize",
            "do_convert_rgb",
            "resample",
            "patch_size",
            "temporal_patch_size",
            "merge_size",
            "size",
            "min_pixels",
            "max_pixels",
            "rescale_factor",
            "image_mean",
            "image_std");
    List<String> unknown = new ArrayList<>();
    for (Map.Entry<String, JsonNode> each : json.properties()) {
      if (!used.contains(each.getKey())
          && !UNUSED.contains(each.getKey())
          && !each.getValue().isNull()) {
        unknown.add(each.getKey());
      }
    }
    if (!unknown.isEmpty()) {
      Notices.say("%s: unknown keys, ignored: %s".formatted(file, String.join(", ", unknown)));
    }
  }

  private UserError error(String message, Object... values) {
    return new UserError(file + ": " + message.formatted(values));
  }
}

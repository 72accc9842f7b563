package io.braid.vision;

import io.braid.UserError;
import java.util.List;

/**
 * The settings of a vision tower.
 *
 * @param depth number of blocks
 * @param width width of a patch's features
 * @param heads number of attention heads
 * @param intermediate width of the gated unit
 * @param patch height and width of a patch, in pixels
 * @param frames number of frames in a patch
 * @param merge number of patches that the merger joins along each axis
 * @param window height and width of an attention window, in pixels
 * @param fullAttention numbers of the blocks whose patches attend to the whole image, from 0;
 *     others than the tower's mean nothing
 * @param theta base of the wavelengths of the rotary positions
 * @param outWidth width of an image token's features, that of the language model
 * @param imageToken id of the token that an image's features replace
 * @param startToken id of the token before an image
 * @param endToken id of the token after an image
 * @param initializerRange standard deviation of randomly initialised weights
 */
public record VisionConfig(
    int depth,
    int width,
    int heads,
    int intermediate,
    int patch,
    int frames,
    int merge,
    int window,
    List<Integer> fullAttention,
    double theta,
    int outWidth,
    int imageToken,
    int startToken,
    int endToken,
    double initializerRange) {
  /** Number of colours of a pixel. */
  public static final int CHANNELS = 3;

  private static final int LARGEST = 1 << 20;

  /** Checks that the settings are consistent. */
  public VisionConfig {
    fullAttention = List.copyOf(fullAttention);
    between("depth", depth, 10_000);
    between("hidden_size", width, LARGEST);
    between("num_heads", heads, LARGEST);
    between("intermediate_size", intermediate, LARGEST);
    between("patch_size", patch, 1_024);
    between("temporal_patch_size", frames, 64);
    between("spatial_merge_size", merge, 64);
    between("window_size", window, LARGEST);
    between("out_hidden_size", outWidth, LARGEST);
    if (width % heads != 0 || width / heads % 4 != 0) {
      throw new UserError(
          "vision_config: hidden_size %s must be num_heads %s times a multiple of 4"
              .formatted(width, heads));
    }
    if (window / patch / merge < 1) {
      throw new UserError(
          "vision_config: window_size %s is smaller than patch_size %s times spatial_merge_size %s"
              .formatted(window, patch, merge));
    }
    if (!(theta > 0)) {
      throw new UserError("vision_config: rope_theta must be above 0; it is " + theta);
    }
  }

  private static void between(String key, int value, int most) {
    if (value < 1 || value > most) {
      throw new UserError(
          "vision_config: %s must be 1 to %s; it is %s".formatted(key, most, value));
    }
  }

  /** Returns whether the patches of a block attend to the whole image. */
  public boolean attendsToAll(int block) {
    return fullAttention.contains(block);
  }

  /** Returns the number of values of a patch. */
  public int patchValues() {
    return CHANNELS * frames * patch * patch;
  }

  /** Returns the width of a head. */
  public int headDim() {
    return width / heads;
  }

  /** Returns the number of patches that the merger joins. */
  public int block() {
    return merge * merge;
  }

  /** Returns the height and width of an attention window, in image tokens. */
  public int windowTokens() {
    return window / merge / patch;
  }
}

package io.braid.rollout;

import io.braid.vision.PlacedImage;
import io.braid.vision.PromptTokens;
import java.util.List;

/**
 * The input of a response.
 *
 * @param key id of the problem; random numbers depend on it, so it must not change between runs
 * @param ids token ids of the prompt, at least one
 * @param images the images among them, in order
 */
public record Prompt(String key, long[] ids, List<PlacedImage> images) {
  /** Copies the list. */
  public Prompt {
    images = List.copyOf(images);
  }

  /** Creates a prompt without images. */
  public Prompt(String key, long[] ids) {
    this(key, ids, List.of());
  }

  /** Creates a prompt of tokens and the images among them. */
  public Prompt(String key, PromptTokens tokens) {
    this(key, tokens.ids(), tokens.images());
  }

  /** Returns the prompt's tokens and images. */
  public PromptTokens tokens() {
    return new PromptTokens(ids, images);
  }
}

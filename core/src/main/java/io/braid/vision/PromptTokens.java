package io.braid.vision;

import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The tokens of a prompt and the images among them. Tokens after the prompt may follow; they are
 * never image tokens.
 *
 * @param ids token ids, at least one
 * @param images the images, in the order of their places
 */
public record PromptTokens(long[] ids, List<PlacedImage> images) {
  /** Checks that the images' tokens are disjoint and within the prompt. */
  public PromptTokens {
    images = List.copyOf(images);
    int end = 0;
    for (PlacedImage each : images) {
      if (each.start() < end || each.end() > ids.length) {
        throw new IllegalArgumentException(
            "image tokens %s to %s after token %s, in a prompt of %s"
                .formatted(each.start(), each.end(), end, ids.length));
      }
      end = each.end();
    }
  }

  /** Creates a prompt without images. */
  public static PromptTokens text(long[] ids) {
    return new PromptTokens(ids, List.of());
  }

  /** Creates prompts without images. */
  public static List<PromptTokens> texts(List<long[]> prompts) {
    return prompts.stream().map(PromptTokens::text).toList();
  }

  /** Returns the number of tokens. */
  public int length() {
    return ids.length;
  }

  /** Returns the index after the last image token; 0 without images. */
  public int imagesEnd() {
    return images.isEmpty() ? 0 : images.getLast().end();
  }

  /** Returns these tokens followed by more. */
  public PromptTokens then(long[] more) {
    long[] all = Arrays.copyOf(ids, ids.length + more.length);
    System.arraycopy(more, 0, all, ids.length, more.length);
    return new PromptTokens(all, images);
  }

  /** Returns the tokens' positions. */
  public TokenPositions positions() {
    return TokenPositions.of(ids.length, images);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PromptTokens tokens
        && Arrays.equals(tokens.ids, ids)
        && tokens.images.equals(images);
  }

  @Override
  public int hashCode() {
    return 31 * LongBuffer.wrap(ids).hashCode() + images.hashCode();
  }
}

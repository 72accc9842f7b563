package io.braid.model;

import io.braid.tensor.Tensor;
import io.braid.vision.PlacedImage;
import io.braid.vision.PromptTokens;
import io.braid.vision.TowerImage;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The tokens of a forward pass. Those of images get the images' features instead of rows of the
 * embedding.
 *
 * @param ids [n], INT64
 * @param images the images, in the order of their tokens
 * @param places indices of the image tokens among the n, image by image
 */
public record InputTokens(Tensor ids, List<TowerImage> images, long[] places) {
  /** Copies the list and checks that each image token has a feature. */
  public InputTokens {
    images = List.copyOf(images);
    int tokens = images.stream().mapToInt(each -> each.grid().tokens()).sum();
    if (tokens != places.length) {
      throw new IllegalArgumentException(
          "%s places for images of %s tokens".formatted(places.length, tokens));
    }
  }

  /** Creates tokens without images. */
  public static InputTokens text(Tensor ids) {
    return new InputTokens(ids, List.of(), new long[0]);
  }

  /**
   * Creates the tokens of packed sequences, some of which begin with prompts.
   *
   * @param ids [n], INT64
   * @param images the images of each prompt
   * @param starts index of each prompt's first token
   */
  public static InputTokens of(Tensor ids, List<List<PlacedImage>> images, int[] starts) {
    return new InputTokens(
        ids,
        images.stream().flatMap(List::stream).map(PlacedImage::image).toList(),
        IntStream.range(0, images.size())
            .boxed()
            .flatMapToLong(p ->
                images.get(p).stream()
                    .flatMapToLong(each ->
                        IntStream.range(starts[p] + each.start(), starts[p] + each.end())
                            .asLongStream()))
            .toArray());
  }

  /**
   * Creates the tokens of prompts, one after the other, followed by padding.
   *
   * @param padding number of tokens of padding
   */
  static InputTokens of(List<PromptTokens> prompts, int padding) {
    int[] starts = new int[prompts.size()];
    int n = 0;
    for (int p = 0; p < starts.length; p++) {
      starts[p] = n;
      n += prompts.get(p).length();
    }
    long[] ids = prompts.stream().flatMapToLong(each -> Arrays.stream(each.ids())).toArray();
    return of(
        Tensor.of(Arrays.copyOf(ids, n + padding), n + padding),
        prompts.stream().map(PromptTokens::images).toList(),
        starts);
  }
}

package io.braid.vision;

import io.braid.tensor.DType;
import io.braid.tensor.Tensor;
import java.util.List;

/**
 * Rotary positions of patches (Su et al. 2021) in two dimensions: the first half of the angles
 * grows with a patch's row, the second half with its column.
 *
 * @param cos [n, 1, d]
 * @param signedSin [n, 1, d], the first half negated
 */
record PatchRotation(Tensor cos, Tensor signedSin) {
  /**
   * Computes the rotations of all patches.
   *
   * @param d width of a head
   * @param theta base of the wavelengths
   * @param blocksInOrder [blocks] INT64, the order of the blocks of patches
   */
  static PatchRotation of(List<ImageGrid> images, int d, double theta, Tensor blocksInOrder) {
    int pairs = d / 4; // for each of the two dimensions
    float[] frequencies = new float[pairs];
    for (int i = 0; i < pairs; i++) {
      frequencies[i] = (float) (1 / Math.pow(theta, 2.0 * i / (d / 2)));
    }
    int n = images.stream().mapToInt(ImageGrid::patches).sum();
    float[] angles = new float[n * 2 * pairs];
    int at = 0;
    for (ImageGrid image : images) {
      at = write(image, frequencies, angles, at);
    }
    long block = n / blocksInOrder.numel();
    Tensor half = // [n, d/2]
        Tensor.of(angles, n / block, block * 2 * pairs)
            .indexSelect(0, blocksInOrder)
            .reshape(n, 2L * pairs);
    Tensor cos = half.cos();
    Tensor sin = half.sin();
    return new PatchRotation(
        Tensor.cat(List.of(cos, cos), -1).unsqueeze(1),
        Tensor.cat(List.of(sin.negate(), sin), -1).unsqueeze(1));
  }

  /** Writes the angles of an image's patches, block by block. Returns the offset after them. */
  private static int write(ImageGrid image, float[] frequencies, float[] angles, int from) {
    int merge = image.merge();
    int at = from;
    for (int p = 0; p < image.patches(); p++) {
      int block = p / (merge * merge);
      int within = p % (merge * merge);
      int row = block / image.tokenColumns() * merge + within / merge;
      int column = block % image.tokenColumns() * merge + within % merge;
      for (float frequency : frequencies) {
        angles[at++] = row * frequency;
      }
      for (float frequency : frequencies) {
        angles[at++] = column * frequency;
      }
    }
    return at;
  }

  /** Rotates every head in at least FLOAT32: [n, heads, d] → [n, heads, d]. */
  Tensor apply(Tensor x) {
    DType wide = x.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    Tensor heads = x.to(wide);
    return heads
        .times(cos.to(wide))
        .plusProduct(heads.roll(heads.size(-1) / 2), signedSin.to(wide))
        .to(x.dtype());
  }
}

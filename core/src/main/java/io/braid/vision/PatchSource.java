package io.braid.vision;

/**
 * The patches of an image, computed when they are needed. Implementations are values: two sources
 * are equal only if their patches are.
 */
@FunctionalInterface
public interface PatchSource {
  /**
   * Returns the normalised pixels of all patches: [patches, 3 · frames · patch · patch], with the
   * patches of a block adjacent.
   *
   * @throws io.braid.UserError in one line, if the image cannot be read
   */
  float[] values();
}

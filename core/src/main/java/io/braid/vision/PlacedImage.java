package io.braid.vision;

/**
 * An image of a prompt. Its image tokens are adjacent.
 *
 * @param start index of its first image token in the prompt
 * @param image the image
 */
public record PlacedImage(int start, TowerImage image) {
  /** Returns the index after its last image token. */
  public int end() {
    return start + image.grid().tokens();
  }
}

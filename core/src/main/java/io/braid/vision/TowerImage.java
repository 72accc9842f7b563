package io.braid.vision;

/**
 * An image as the tower sees it.
 *
 * @param grid numbers of patches
 * @param patches the pixels of the patches
 */
public record TowerImage(ImageGrid grid, PatchSource patches) {}

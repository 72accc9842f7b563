package io.braid.image;

/**
 * The size of an image as it is displayed.
 *
 * @param width number of columns
 * @param height number of rows
 */
public record ImageSize(int width, int height) {}

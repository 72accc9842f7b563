package io.braid.math.find;

/**
 * An answer that was found.
 *
 * @param text the answer
 * @param where the part of the response in which it was found
 */
public record Found(String text, Place where) implements Finding {}

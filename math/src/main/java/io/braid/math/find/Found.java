package io.braid.math.find;

/**
 * An answer that was found.
 *
 * @param text the answer
 * @param where the part of the response in which it was found, in a few words
 */
public record Found(String text, String where) implements Finding {}

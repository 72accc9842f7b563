package io.braid.math;

/**
 * The result of comparing an answer with a reference, and how both were read.
 *
 * @param equal whether they are equal
 * @param goldReading how the reference was read
 * @param predictionReading how the answer was read, and where it was found
 * @param reason why, in a few words
 */
public record MathComparison(
    boolean equal, String goldReading, String predictionReading, String reason) {}

package io.braid.task;

/**
 * The rules for counting the solutions of a Countdown problem.
 *
 * @param intermediates which values intermediate results may have
 * @param sameness when two expressions count as the same solution
 */
public record Counting(Intermediates intermediates, Sameness sameness) {
  /** Positive integer intermediate results; order, grouping and signs make no difference. */
  public static final Counting STANDARD = new Counting(Intermediates.POSITIVE, Sameness.ALGEBRA);
}

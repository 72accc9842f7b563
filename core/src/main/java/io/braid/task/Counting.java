package io.braid.task;

/**
 * How the solutions of a Countdown problem are counted.
 *
 * @param intermediates which values the parts of a solution may have
 * @param sameness when two expressions are one solution
 */
public record Counting(Intermediates intermediates, Sameness sameness) {
  /** Whole positive parts; order, grouping and signs make no difference. */
  public static final Counting STANDARD = new Counting(Intermediates.POSITIVE, Sameness.ALGEBRA);
}

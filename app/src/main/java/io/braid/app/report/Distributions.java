package io.braid.app.report;

import java.util.List;
import java.util.stream.Stream;

/**
 * Several distributions over the same outcomes, each compared with one target distribution.
 *
 * @param title title of the picture
 * @param groups groups of outcomes, in order
 * @param target probability of each outcome under the target
 * @param panels the distributions
 */
public record Distributions(
    String title, List<Group> groups, List<Double> target, List<Panel> panels) {
  /** Copies the lists and checks that all have the same outcomes. */
  public Distributions {
    groups = List.copyOf(groups);
    target = List.copyOf(target);
    panels = List.copyOf(panels);
    int outcomes = groups.stream().mapToInt(Group::outcomes).sum();
    for (int size : sizes(target, panels)) {
      if (size != outcomes) {
        throw new IllegalArgumentException(size + " probabilities for " + outcomes + " outcomes");
      }
    }
  }

  private static List<Integer> sizes(List<Double> target, List<Panel> panels) {
    return Stream.concat(
            Stream.of(target.size()), panels.stream().map(panel -> panel.probabilities().size()))
        .toList();
  }

  /**
   * A group of neighbouring outcomes.
   *
   * @param name label below the group
   * @param note second line of the label
   * @param outcomes number of outcomes
   * @param width width of the group relative to the other groups
   */
  public record Group(String name, String note, int outcomes, double width) {}

  /**
   * A distribution in its own panel.
   *
   * @param name name of the distribution
   * @param note short summary of its numbers
   * @param probabilities probability of each outcome
   */
  public record Panel(String name, String note, List<Double> probabilities) {
    /** Copies the list. */
    public Panel {
      probabilities = List.copyOf(probabilities);
    }
  }
}

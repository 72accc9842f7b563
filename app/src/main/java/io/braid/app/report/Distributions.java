package io.braid.app.report;

import java.util.List;
import java.util.stream.Stream;

/**
 * Several distributions over the same outcomes, each to be laid over one that they should match.
 *
 * @param title what is drawn
 * @param groups what the outcomes belong to, in order
 * @param target the probability of each outcome under the target
 * @param panels the distributions
 */
public record Distributions(
    String title, List<Group> groups, List<Double> target, List<Panel> panels) {
  /** Copies the lists and checks that all speak of the same outcomes. */
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
   * Neighbouring outcomes.
   *
   * @param name below them
   * @param note below the name
   * @param outcomes how many
   * @param width of the group beside the others'
   */
  public record Group(String name, String note, int outcomes, double width) {}

  /**
   * A distribution.
   *
   * @param name whose it is
   * @param note what its numbers are, in a few words
   * @param probabilities of each outcome
   */
  public record Panel(String name, String note, List<Double> probabilities) {
    /** Copies the list. */
    public Panel {
      probabilities = List.copyOf(probabilities);
    }
  }
}

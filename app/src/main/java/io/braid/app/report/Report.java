package io.braid.app.report;

import io.braid.run.Sample;
import java.util.List;
import java.util.Map;

/**
 * The content of a report, in order.
 *
 * @param title title of the page
 * @param summary a sentence or two below the title
 * @param tables tables of comparisons
 * @param scatters scatter plots of two measures that trade off against each other
 * @param distributions distributions that the algorithms converged to
 * @param charts charts with curves
 * @param solutions the models' answers
 * @param samples responses of a training run
 * @param settings the recipe's settings by key, in order
 * @param notes notes that the reader needs to interpret the numbers
 */
public record Report(
    String title,
    String summary,
    List<Table> tables,
    List<Scatter> scatters,
    List<Distributions> distributions,
    List<Chart> charts,
    List<Solutions> solutions,
    List<Samples> samples,
    Map<String, String> settings,
    List<String> notes) {
  /**
   * Responses of a step.
   *
   * @param title title of the group
   * @param samples the responses with their verdicts
   */
  public record Samples(String title, List<Sample> samples) {
    /** Copies the list. */
    public Samples {
      samples = List.copyOf(samples);
    }
  }

  /** Creates a report without samples. */
  public Report(
      String title,
      String summary,
      List<Table> tables,
      List<Scatter> scatters,
      List<Distributions> distributions,
      List<Chart> charts,
      List<Solutions> solutions,
      Map<String, String> settings,
      List<String> notes) {
    this(
        title,
        summary,
        tables,
        scatters,
        distributions,
        charts,
        solutions,
        List.of(),
        settings,
        notes);
  }
}

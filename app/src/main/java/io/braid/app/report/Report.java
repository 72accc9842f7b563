package io.braid.app.report;

import java.util.List;
import java.util.Map;

/**
 * What a report says, in the order in which it says it.
 *
 * @param title the page's name
 * @param summary a sentence or two below it
 * @param tables comparisons
 * @param scatters points that trade one measure for another
 * @param distributions what was converged to
 * @param charts curves
 * @param solutions what the models answered
 * @param settings the recipe's settings by their keys, in order
 * @param notes what the reader must know to trust the numbers
 */
public record Report(
    String title,
    String summary,
    List<Table> tables,
    List<Scatter> scatters,
    List<Distributions> distributions,
    List<Chart> charts,
    List<Solutions> solutions,
    Map<String, String> settings,
    List<String> notes) {}

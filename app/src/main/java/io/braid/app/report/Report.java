package io.braid.app.report;

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
    Map<String, String> settings,
    List<String> notes) {}

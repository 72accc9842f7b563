package io.braid.app.report;

import java.util.List;
import java.util.Map;

/**
 * The content of a page that shows texts and their tokens.
 *
 * @param title title of the page
 * @param summary a sentence or two below the title
 * @param overview tables that summarise the results in a few rows
 * @param measures measures by which tokens can be coloured
 * @param texts the coloured texts
 * @param tables tables of tokens
 * @param charts charts of the page
 * @param settings settings by key, in order
 * @param notes notes that the reader needs to interpret the numbers
 */
public record TextPage(
    String title,
    String summary,
    List<Table> overview,
    List<Measure> measures,
    List<ColouredText> texts,
    List<Table> tables,
    List<Chart> charts,
    Map<String, String> settings,
    List<String> notes) {
  /**
   * A measure by which tokens are coloured.
   *
   * @param name name of the measure
   * @param meaning explanation of the colours
   * @param signed whether the sign matters: positive values are good and negative ones bad
   */
  public record Measure(String name, String meaning, boolean signed) {}
}

package io.braid.app.report;

import java.util.List;
import java.util.Map;

/**
 * A page about texts and their tokens.
 *
 * @param title the page's name
 * @param summary a sentence or two below it
 * @param overview tables that say the whole in a few rows
 * @param measures what tokens are coloured by, one at a time
 * @param texts coloured
 * @param tables of tokens
 * @param charts curves, drawn as pictures
 * @param settings in order
 * @param notes what the reader must know to trust the numbers
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
   * What tokens are coloured by.
   *
   * @param name of the measure
   * @param meaning what the colours say
   * @param signed whether what is above 0 is good, not only much
   */
  public record Measure(String name, String meaning, boolean signed) {}
}

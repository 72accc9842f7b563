package io.braid.app.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Renders coloured texts as HTML. The reader selects the measure without a script: each token has a
 * class for every measure, and the style sheet applies the class of the selected radio button.
 */
final class ColouredTexts {
  private static final int SHADES = 8;

  /** Highest number of measures per page. */
  private static final int MEASURES = 4;

  static final String STYLE = style();

  private final List<TextPage.Measure> measures;

  ColouredTexts(List<TextPage.Measure> measures) {
    if (measures.size() > MEASURES) {
      throw new IllegalArgumentException(
          measures.size() + " measures are too many; the highest number is " + MEASURES);
    }
    this.measures = measures;
  }

  private static String style() {
    StringBuilder css =
        new StringBuilder(
            """
            .shades > input { margin: 0 4px 0 0; vertical-align: baseline; }
            .shades > label { margin-right: 18px; font-weight: 600; cursor: pointer; }
            .meaning { display: none; margin: 8px 0 16px; color: var(--quiet); max-width: 78ch; }
            .texts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr)); gap: 16px; align-items: start; }
            .texts > div { display: grid; gap: 12px; min-width: 0; }
            .text { min-width: 0; padding: 12px 14px; border-radius: 8px; background: var(--panel); border-left: 4px solid var(--line); }
            .text.right { border-left-color: var(--right); }
            .text.wrong { border-left-color: var(--wrong); }
            .text h3 { font-size: 13px; overflow-wrap: anywhere; }
            .asked { max-height: 7.5em; margin: 4px 0 8px; color: var(--quiet); }
            .tokens { max-height: 32em; font-size: 14px; line-height: 1.75; }
            .tokens span { border-radius: 3px; padding: 2px 0; box-shadow: inset -1px 0 var(--panel); box-decoration-break: clone; }
            .tokens span:hover { outline: 1px solid var(--quiet); }
            .more { color: var(--quiet); font-size: 13px; }
            """);
    for (int m = 0; m < MEASURES; m++) {
      css.append("#m%s:checked ~ .meaning.m%s { display: block; }\n".formatted(m, m));
      for (int s = 1; s <= SHADES; s++) {
        int share = Math.round(80f * s / SHADES);
        css.append(shade(m, "u" + s, "--curve-1", share))
            .append(shade(m, "g" + s, "--right", share))
            .append(shade(m, "d" + s, "--wrong", share));
      }
    }
    return css.toString();
  }

  private static String shade(int measure, String shade, String colour, int share) {
    return String.format(
        Locale.ROOT,
        "#m%d:checked ~ .texts .m%d%s { background: color-mix(in srgb, var(%s) %d%%, transparent);"
            + " }\n",
        measure,
        measure,
        shade,
        colour,
        share);
  }

  String html(List<ColouredText> texts) {
    String buttons =
        IntStream.range(0, measures.size())
            .mapToObj(m ->
                "<input type=\"radio\" name=\"measure\" id=\"m%s\"%s><label for=\"m%1$s\">%s</label>\n"
                    .formatted(m, m == 0 ? " checked" : "", Svg.escape(measures.get(m).name())))
            .collect(Collectors.joining());
    String meanings =
        IntStream.range(0, measures.size())
            .mapToObj(m ->
                "<p class=\"meaning m%s\">%s</p>\n"
                    .formatted(m, Svg.escape(measures.get(m).meaning())))
            .collect(Collectors.joining());
    String columns =
        List.of(ColouredText.Mark.CORRECT, ColouredText.Mark.WRONG, ColouredText.Mark.UNKNOWN)
            .stream()
            .map(mark -> texts.stream().filter(text -> text.mark() == mark).toList())
            .filter(column -> !column.isEmpty())
            .map(column ->
                "<div>\n"
                    + column.stream().map(this::text).collect(Collectors.joining())
                    + "</div>\n")
            .collect(Collectors.joining());
    return "<div class=\"shades\">\n%s%s<div class=\"texts\">\n%s</div>\n</div>\n"
        .formatted(buttons, meanings, columns);
  }

  private String text(ColouredText text) {
    String mark =
        switch (text.mark()) {
          case CORRECT -> "<span class=\"mark\" role=\"img\" aria-label=\"correct\">✓</span> ";
          case WRONG -> "<span class=\"mark\" role=\"img\" aria-label=\"wrong\">✗</span> ";
          case UNKNOWN -> "";
        };
    return """
    <article class="text %s"><h3>%s%s</h3>
    <pre class="asked" dir="auto" tabindex="0">
    %s</pre>
    <pre class="tokens" dir="auto" tabindex="0">
    %s</pre>%s</article>
    """
        .formatted(
            switch (text.mark()) {
              case CORRECT -> "right";
              case WRONG -> "wrong";
              case UNKNOWN -> "unknown";
            },
            mark,
            Svg.escape(printable(text.title())),
            Svg.escape(printable(text.prompt())),
            text.tokens().stream().map(this::token).collect(Collectors.joining()),
            text.left() == 0 ? "" : "<p class=\"more\">" + text.left() + " more tokens</p>");
  }

  private String token(ColouredText.Token token) {
    String classes =
        IntStream.range(0, token.shades().size())
            .mapToObj(m -> shade(m, token.shades().get(m)))
            .filter(name -> !name.isEmpty())
            .collect(Collectors.joining(" "));
    String shown = printable(token.text()).replace("\n", "↵\n");
    return "<span%s title=\"%s\">%s</span>"
        .formatted(
            classes.isEmpty() ? "" : " class=\"" + classes + "\"",
            Svg.escape(printable(token.note())),
            Svg.escape(shown.isEmpty() ? "·" : shown));
  }

  private String shade(int measure, double share) {
    int level = (int) Math.round(Math.clamp(Math.abs(share), 0, 1) * SHADES);
    return level == 0 || Double.isNaN(share)
        ? ""
        : "m%s%s%s".formatted(measure, share < 0 ? "d" : highShade(measure), level);
  }

  private String highShade(int measure) {
    return measures.get(measure).signed() ? "g" : "u";
  }

  /** Replaces control characters, and characters that change the writing direction, with a mark. */
  private static String printable(String text) {
    return text.replace("\r\n", "\n")
        .replaceAll(
            "[\\p{Cc}\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069&&[^\\n\\t]]", "\uFFFD");
  }
}

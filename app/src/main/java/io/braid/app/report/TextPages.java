package io.braid.app.report;

import java.util.stream.Collectors;

/**
 * Renders a {@link TextPage} as one self-contained HTML file without scripts. All text is escaped.
 */
public final class TextPages {
  private static final String STYLE =
      ReportPage.resource("page.css") + CurvePicture.STYLE + ColouredTexts.STYLE;

  private TextPages() {}

  /** Returns the page, to be saved as UTF-8. */
  public static String of(TextPage page) {
    String title = Svg.escape(page.title());
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src %s; base-uri 'none'; form-action 'none'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>%s</title>
    <style>%s</style>
    </head>
    <body>
    <main>
    <header><h1>%s</h1><p>%s</p></header>
    %s</main>
    </body>
    </html>
    """
        .formatted(
            ReportPage.hash(STYLE),
            title,
            STYLE,
            title,
            Svg.escape(page.summary()),
            sections(page));
  }

  private static String sections(TextPage page) {
    StringBuilder out = new StringBuilder();
    ReportPage.section(out, "Results", ReportPage.each(page.overview(), ReportPage::table));
    ReportPage.section(
        out,
        "Responses",
        page.texts().isEmpty() ? "" : new ColouredTexts(page.measures()).html(page.texts()));
    ReportPage.section(out, "Tokens", ReportPage.each(page.tables(), ReportPage::table));
    ReportPage.section(out, "Curves", curves(page));
    ReportPage.section(out, "Settings", ReportPage.settings(page.settings()));
    ReportPage.section(out, "Notes", ReportPage.notes(page.notes()));
    return out.toString();
  }

  private static String curves(TextPage page) {
    String figures =
        page.charts().stream()
            .map(chart -> "<figure>\n" + CurvePicture.inPage(chart) + "</figure>\n")
            .collect(Collectors.joining());
    return figures.isEmpty() ? "" : "<div class=\"charts\">" + figures + "</div>\n";
  }
}

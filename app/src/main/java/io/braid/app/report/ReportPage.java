package io.braid.app.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Renders a report as one self-contained HTML file, which needs no network and no other file.
 *
 * <p>Problems and answers are untrusted text. It is escaped everywhere, the charts' data cannot
 * close its {@code script} element, and the page's policy allows only the two scripts whose hashes
 * it lists.
 */
public final class ReportPage {
  private static final JsonMapper JSON = new JsonMapper();

  private static final String STYLE =
      resource("uplot/uPlot.min.css")
          + resource("page.css")
          + ScatterPicture.STYLE
          + DistributionPicture.STYLE;
  private static final String PLOTTER =
      "/*\n" + resource("uplot/LICENSE") + "*/\n" + resource("uplot/uPlot.iife.min.js");
  private static final String SCRIPT = resource("page.js");

  private ReportPage() {}

  /** Returns the page, to be saved as UTF-8. */
  public static String of(Report report) {
    String title = Svg.escape(report.title());
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="%s">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>%s</title>
    <style>%s</style>
    </head>
    <body>
    <main>
    <header><h1>%s</h1><p>%s</p></header>
    %s</main>
    <script type="application/json" id="charts">%s</script>
    <script>%s</script>
    <script>%s</script>
    </body>
    </html>
    """
        .formatted(
            policy(report),
            title,
            STYLE,
            title,
            Svg.escape(report.summary()),
            sections(report),
            data(report.charts()),
            PLOTTER,
            SCRIPT);
  }

  /** Returns the page's policy: no pictures but those of problems, which the page holds itself. */
  private static String policy(Report report) {
    boolean pictures = report.solutions().stream().anyMatch(each -> !each.pictures().isEmpty());
    return "default-src 'none'; script-src %s %s; style-src %s;%s base-uri 'none'; form-action 'none'"
        .formatted(hash(PLOTTER), hash(SCRIPT), hash(STYLE), pictures ? " img-src data:;" : "");
  }

  private static String sections(Report report) {
    StringBuilder out = new StringBuilder();
    section(out, "Results", each(report.tables(), ReportPage::table));
    section(
        out,
        "Trade-off",
        each(
            report.scatters(),
            scatter -> "<figure>\n" + ScatterPicture.inPage(scatter) + "</figure>\n"));
    section(
        out,
        "Distributions",
        each(
            report.distributions(),
            distributions ->
                "<figure>\n" + DistributionPicture.inPage(distributions) + "</figure>\n"));
    section(
        out,
        "Curves",
        IntStream.range(0, report.charts().size())
            .mapToObj(index -> chart(report.charts().get(index), index))
            .collect(Collectors.joining())
            .transform(
                charts -> charts.isEmpty() ? "" : "<div class=\"charts\">" + charts + "</div>\n"));
    section(out, "Solutions", each(report.solutions(), ReportPage::solutions));
    section(out, "Samples", each(report.samples(), SampleCards::html));
    section(out, "Settings", settings(report.settings()));
    section(out, "Notes", notes(report.notes()));
    return out.toString();
  }

  static String notes(List<String> notes) {
    return each(notes, note -> "<li>" + Svg.escape(note) + "</li>\n")
        .transform(items -> items.isEmpty() ? "" : "<ul>\n" + items + "</ul>\n");
  }

  static void section(StringBuilder out, String name, String content) {
    if (!content.isEmpty()) {
      out.append("<section><h2>").append(name).append("</h2>\n");
      out.append(content).append("</section>\n");
    }
  }

  static <T> String each(List<T> list, Function<T, String> html) {
    return list.stream().map(html).collect(Collectors.joining());
  }

  static String table(Table table) {
    StringBuilder out = new StringBuilder("<div class=\"wide\"><table class=\"results\">\n");
    if (!table.caption().isEmpty()) {
      out.append("<caption>").append(Svg.escape(table.caption())).append("</caption>\n");
    }
    out.append("<thead><tr><td></td>");
    table.columns().forEach(column -> cell(out, "th scope=\"col\"", Svg.escape(column.name())));
    out.append("</tr></thead>\n<tbody>\n");
    for (Table.Row row : table.rows()) {
      out.append("<tr>");
      cell(out, "th scope=\"row\"", Svg.escape(row.name()));
      for (int i = 0; i < table.columns().size(); i++) {
        cell(
            out,
            table.isMarked(row, i) ? "td class=\"" + mark(table, i) + "\"" : "td",
            shown(table, row, i));
      }
      out.append("</tr>\n");
    }
    return out.append("</tbody></table></div>\n").toString();
  }

  /**
   * Returns the class of a marked cell; a significant difference is not necessarily an improvement.
   */
  private static String mark(Table table, int column) {
    return table.columns().get(column).better() == Table.Better.AWAY_FROM_ZERO ? "sure" : "best";
  }

  private static String shown(Table table, Table.Row row, int column) {
    Format format = table.columns().get(column).format();
    double number = row.numbers().get(column);
    return row.intervals().isEmpty()
        ? format.show(number)
        : "%s <span class=\"bounds\">%s</span>"
            .formatted(format.bare(number), format.bounds(row.intervals().get(column)));
  }

  private static void cell(StringBuilder out, String tag, String html) {
    out.append('<').append(tag).append('>').append(html);
    out.append("</").append(tag, 0, 2).append('>');
  }

  private static String chart(Chart chart, int index) {
    return """
    <figure><figcaption>%s</figcaption><div class="chart" data-chart="%s"></div></figure>
    """
        .formatted(Svg.escape(chart.title()), index);
  }

  private static String solutions(Solutions solutions) {
    return """
    <details open><summary dir="auto">%s</summary>
    %s<div class="models">
    %s</div>
    </details>
    """
        .formatted(
            Svg.escape(solutions.problem()),
            each(solutions.pictures(), ReportPage::picture),
            each(solutions.models(), ReportPage::model));
  }

  private static String picture(String dataUrl) {
    return """
    <img class="picture" alt="the picture of the question" src="%s">
    """
        .formatted(Svg.escape(dataUrl));
  }

  private static String model(Solutions.Model model) {
    long right = model.answers().stream().filter(Solutions.Answer::correct).count();
    return """
    <div class="model"><h3>%s</h3><p class="tally">%s</p>
    <ul>
    %s</ul>
    </div>
    """
        .formatted(
            Svg.escape(model.name()),
            tally(right, model.answers().size() - right),
            each(model.answers(), ReportPage::answer));
  }

  private static String tally(long right, long wrong) {
    return right + wrong == 0
        ? "no answers"
        : "distinct answers: %s correct, %s wrong".formatted(right, wrong);
  }

  private static String answer(Solutions.Answer answer) {
    return """
    <li class="%s"><span class="mark" role="img" aria-label="%1$s">%s</span>\
    <pre dir="auto" tabindex="0">%s</pre>%s</li>
    """
        .formatted(
            answer.correct() ? "right" : "wrong",
            answer.correct() ? "✓" : "✗",
            // HTML parsers drop a newline at the start of a pre element, so this adds one.
            "\n" + Svg.escape(answer.text()),
            answer.times() > 1 ? "<span class=\"times\">×" + answer.times() + "</span>" : "");
  }

  static String settings(Map<String, String> settings) {
    if (settings.isEmpty()) {
      return "";
    }
    String rows =
        settings.entrySet().stream()
            .map(setting ->
                "<tr><th scope=\"row\">%s</th><td>%s</td></tr>\n"
                    .formatted(Svg.escape(setting.getKey()), Svg.escape(setting.getValue())))
            .collect(Collectors.joining());
    return "<div class=\"wide\"><table class=\"settings\">\n" + rows + "</table></div>\n";
  }

  /**
   * Returns the charts in uPlot's format: one ascending list of all x, and for each curve its y
   * values.
   */
  private static String data(List<Chart> charts) {
    ArrayNode all = JSON.createArrayNode();
    for (Chart chart : charts) {
      ObjectNode node = all.addObject();
      node.put("x", chart.xLabel()).put("format", chart.format().name());
      Alignment aligned = Alignment.of(chart);
      ArrayNode names = node.putArray("names");
      chart.series().forEach(series -> names.add(series.name()));
      ArrayNode columns = node.putArray("data");
      addNumbers(columns.addArray(), aligned.xs());
      aligned.ys().forEach(ys -> addNumbers(columns.addArray(), ys));
    }
    // In JSON, '<' occurs only in strings, where the escape is equivalent.
    return JSON.writeValueAsString(all).replace("<", "\\u003c");
  }

  private static void addNumbers(ArrayNode list, List<Double> numbers) {
    for (double number : numbers) {
      if (Double.isFinite(number)) {
        list.add(number);
      } else {
        list.addNull();
      }
    }
  }

  static String hash(String element) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(element.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static String resource(String name) {
    try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the program's own file " + name + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

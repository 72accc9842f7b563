package io.braid.app.report;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** A chart as a small SVG picture, for a page that runs no scripts, such as a README. */
public final class CurvePicture {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 320;
  private static final int LEFT = 64;
  private static final int RIGHT = 150;
  private static final int TOP = 40;
  private static final int BOTTOM = 44;
  private static final int LABEL_HEIGHT = 16;
  private static final int TICKS = 5;
  private static final int COLOURS = 6;

  private static final String STYLE =
      """
      text { font: 12px system-ui, sans-serif; fill: #57606a }
      .title { font-size: 14px; font-weight: 600; fill: #1f2328 }
      .grid { stroke: #d8dee4 }
      .curve { fill: none; stroke-width: 2; stroke-linejoin: round }
      .c0 { stroke: #2166ac } .c1 { stroke: #c4611b } .c2 { stroke: #1b7f5c }
      .c3 { stroke: #8a4a9e } .c4 { stroke: #b23a48 } .c5 { stroke: #6e7781 }
      @media (prefers-color-scheme: dark) {
        text { fill: #9198a1 } .title { fill: #e6edf3 } .grid { stroke: #30363d }
        .c0 { stroke: #6cb0f5 } .c1 { stroke: #f0a25c } .c2 { stroke: #4fc39a }
        .c3 { stroke: #c792dc } .c4 { stroke: #f0808c } .c5 { stroke: #9aa3ad }
      }
      """;

  private final Chart chart;
  private final Axis x;
  private final Axis y;

  private CurvePicture(Chart chart) {
    this.chart = chart;
    this.x = Axis.over(all(Chart.Point::x), LEFT, WIDTH - RIGHT);
    this.y = Axis.over(all(Chart.Point::y), HEIGHT - BOTTOM, TOP);
  }

  /** The picture as the text of an SVG file; light or dark as the reader's system is. */
  public static String of(Chart chart) {
    return new CurvePicture(chart).draw();
  }

  private DoubleStream all(ToDoubleFunction<Chart.Point> coordinate) {
    return chart.series().stream()
        .flatMap(series -> series.points().stream())
        .filter(point -> Double.isFinite(point.y()))
        .mapToDouble(coordinate);
  }

  private String draw() {
    StringBuilder out = new StringBuilder();
    out.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="%s">
        <style>
        %s</style>
        """
            .formatted(WIDTH, HEIGHT, escape(chart.title()), STYLE));
    text(out, "class=\"title\"", LEFT, TOP / 2.0 + 2, chart.title());
    for (double tick : y.ticks()) {
      line(out, "class=\"grid\"", LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick));
      text(out, "text-anchor=\"end\"", LEFT - 8, y.at(tick) + 4, chart.format().brief(tick));
    }
    for (double tick : x.ticks()) {
      text(
          out,
          "text-anchor=\"middle\"",
          x.at(tick),
          HEIGHT - BOTTOM + 18,
          Format.NUMBER.brief(tick));
    }
    text(out, "text-anchor=\"middle\"", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8, chart.xLabel());
    for (int i = 0; i < chart.series().size(); i++) {
      curve(out, chart.series().get(i), "class=\"curve c" + i % COLOURS + "\"");
    }
    legend(out);
    return out.append("</svg>\n").toString();
  }

  private void curve(StringBuilder out, Chart.Series series, String style) {
    List<Chart.Point> points =
        series.points().stream().filter(point -> Double.isFinite(point.y())).toList();
    String path =
        points.stream()
            .map(point -> number(x.at(point.x())) + "," + number(y.at(point.y())))
            .collect(Collectors.joining(" "));
    out.append("<polyline ").append(style).append(" points=\"").append(path).append("\"/>\n");
  }

  private void legend(StringBuilder out) {
    for (int i = 0; i < chart.series().size(); i++) {
      double height = TOP + 8 + i * (LABEL_HEIGHT + 4.0);
      double left = WIDTH - RIGHT + 14;
      line(out, "class=\"curve c" + i % COLOURS + "\"", left, height, left + 18, height);
      text(out, "", left + 24, height + 4, chart.series().get(i).name());
    }
  }

  private static void line(
      StringBuilder out, String style, double x1, double y1, double x2, double y2) {
    out.append(
        "<line %s x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>\n"
            .formatted(style, number(x1), number(y1), number(x2), number(y2)));
  }

  private static void text(StringBuilder out, String style, double x, double y, String text) {
    out.append(
        "<text %s x=\"%s\" y=\"%s\">%s</text>\n"
            .formatted(style, number(x), number(y), escape(text)));
  }

  private static String number(double pixels) {
    return String.format(Locale.ROOT, "%.1f", pixels);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  /**
   * Numbers from {@code low} to {@code high} laid over pixels, with round ticks {@code step} apart.
   */
  private record Axis(double low, double high, double step, double from, double to) {
    static Axis over(DoubleStream numbers, double from, double to) {
      var range = numbers.summaryStatistics();
      double least = range.getCount() == 0 ? 0 : range.getMin();
      double most = range.getCount() == 0 ? 1 : range.getMax();
      double step = roundStep(most > least ? most - least : Math.max(Math.abs(most), 1));
      double low = Math.floor(least / step) * step;
      double high = Math.max(Math.ceil(most / step) * step, low + step);
      return new Axis(low, high, step, from, to);
    }

    /** 1, 2 or 5 times a power of ten. */
    private static double roundStep(double span) {
      double rough = span / TICKS;
      double power = Math.pow(10, Math.floor(Math.log10(rough)));
      double lead = rough / power;
      return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
    }

    double at(double number) {
      return from + (number - low) / (high - low) * (to - from);
    }

    List<Double> ticks() {
      long count = Math.round((high - low) / step);
      return DoubleStream.iterate(0, i -> i <= count, i -> i + 1)
          .map(i -> low + i * step)
          .boxed()
          .toList();
    }
  }
}

package io.braid.app.report;

import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** Draws a chart as a small SVG picture, for a page without scripts, such as a README. */
public final class CurvePicture {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 320;
  private static final int LEFT = 64;
  private static final int RIGHT = 150;
  private static final int TOP = 40;
  private static final int BOTTOM = 44;
  private static final int LABEL_HEIGHT = 16;
  private static final int COLOURS = 6;

  /** The picture's style sheet; its rules apply only to the picture. */
  static final String STYLE =
      """
      .curves text { font: 12px system-ui, sans-serif; fill: #57606a }
      .curves .title { font-size: 14px; font-weight: 600; fill: #1f2328 }
      .curves .grid { stroke: #d8dee4 }
      .curves .curve { fill: none; stroke-width: 2; stroke-linejoin: round }
      .curves .c0 { stroke: #2166ac } .curves .c1 { stroke: #c4611b } .curves .c2 { stroke: #1b7f5c }
      .curves .c3 { stroke: #8a4a9e } .curves .c4 { stroke: #b23a48 } .curves .c5 { stroke: #6e7781 }
      .curves .d1 { stroke-dasharray: 7 4 } .curves .d2 { stroke-dasharray: 2 3 }
      @media (prefers-color-scheme: dark) {
        .curves text { fill: #9198a1 } .curves .title { fill: #e6edf3 }
        .curves .grid { stroke: #30363d }
        .curves .c0 { stroke: #6cb0f5 } .curves .c1 { stroke: #f0a25c } .curves .c2 { stroke: #4fc39a }
        .curves .c3 { stroke: #c792dc } .curves .c4 { stroke: #f0808c } .curves .c5 { stroke: #9aa3ad }
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

  /** Returns the picture as an SVG file, light or dark according to the reader's system. */
  public static String of(Chart chart) {
    return new CurvePicture(chart).draw(STYLE);
  }

  /** Returns the picture without styles, for a page that includes {@link #STYLE}. */
  static String inPage(Chart chart) {
    return new CurvePicture(chart).draw("");
  }

  /**
   * Returns a colour for each series. If there are more series than colours, the colours are reused
   * with dashed lines.
   */
  private static String style(int series) {
    return "c" + series % COLOURS + " d" + series / COLOURS;
  }

  private DoubleStream all(ToDoubleFunction<Chart.Point> coordinate) {
    return chart.series().stream()
        .flatMap(series -> series.points().stream())
        .filter(point -> Double.isFinite(point.y()))
        .mapToDouble(coordinate);
  }

  private String draw(String style) {
    Svg svg = new Svg(WIDTH, HEIGHT, "curves", chart.title(), style);
    svg.text("class=\"title\"", LEFT, TOP / 2.0 + 2, chart.title());
    for (double tick : y.ticks()) {
      svg.line("class=\"grid\"", LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick));
      svg.text("text-anchor=\"end\"", LEFT - 8, y.at(tick) + 4, chart.format().brief(tick));
    }
    for (double tick : x.ticks()) {
      svg.text(
          "text-anchor=\"middle\"", x.at(tick), HEIGHT - BOTTOM + 18, Format.NUMBER.brief(tick));
    }
    svg.text("text-anchor=\"middle\"", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8, chart.xLabel());
    for (int i = 0; i < chart.series().size(); i++) {
      svg.polyline(
          "class=\"curve " + style(i) + "\"",
          chart.series().get(i).points().stream()
              .filter(point -> Double.isFinite(point.y()))
              .map(point -> new Chart.Point(x.at(point.x()), y.at(point.y())))
              .toList());
    }
    legend(svg);
    return svg.end();
  }

  private void legend(Svg svg) {
    for (int i = 0; i < chart.series().size(); i++) {
      double height = TOP + 8 + i * (LABEL_HEIGHT + 4.0);
      double left = WIDTH - RIGHT + 14;
      svg.line("class=\"curve " + style(i) + "\"", left, height, left + 18, height);
      svg.text("", left + 24, height + 4, chart.series().get(i).name());
    }
  }
}

package io.braid.app.report;

import io.braid.app.report.LabelPlacement.Rectangle;
import io.braid.eval.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/**
 * Draws a scatter plot as SVG: each point with its intervals as a cross, and the Pareto frontier.
 */
public final class ScatterPicture {
  private static final int WIDTH = 820;
  private static final int HEIGHT = 560;
  private static final int LEFT = 64;
  private static final int RIGHT = 24;
  private static final int TOP = 44;
  private static final int BOTTOM = 52;
  private static final double LETTER = 6.8;
  private static final double BOLD_LETTER = 7.4;
  private static final double APART = 6;
  private static final double BASELINE = 4;
  private static final double LEADER_FROM = 13;
  private static final double RADIUS = 4.5;

  /** The picture's style sheet; its rules apply only to the picture. */
  static final String STYLE =
      """
      .scatter text { font: 12px system-ui, sans-serif; fill: #57606a }
      .scatter .title { font-size: 14px; font-weight: 600; fill: #1f2328 }
      .scatter .label { fill: #1f2328; paint-order: stroke; stroke: #ffffff; stroke-width: 3px }
      .scatter .best { font-weight: 600 }
      .scatter .grid { stroke: #d8dee4 }
      .scatter .cross { stroke: #2166ac; stroke-opacity: 0.35; stroke-width: 1.5 }
      .scatter .leader { stroke: #8c959f; stroke-width: 1 }
      .scatter .point { fill: #2166ac }
      .scatter .frontier { fill: none; stroke: #c4611b; stroke-width: 1.5; stroke-dasharray: 6 4 }
      .scatter .ahead { fill: #c4611b }
      @media (prefers-color-scheme: dark) {
        .scatter text { fill: #9198a1 } .scatter .title { fill: #e6edf3 }
        .scatter .label { fill: #e6edf3; stroke: #0f141a } .scatter .grid { stroke: #30363d }
        .scatter .cross { stroke: #6cb0f5 } .scatter .leader { stroke: #6e7781 }
        .scatter .point { fill: #6cb0f5 }
        .scatter .frontier { stroke: #f0a25c } .scatter .ahead { fill: #f0a25c }
      }
      """;

  private final Scatter scatter;
  private final List<Scatter.Point> frontier;
  private final Axis x;
  private final Axis y;

  private ScatterPicture(Scatter scatter) {
    this.scatter = scatter;
    this.frontier = scatter.frontier();
    this.x = Axis.over(all(Scatter.Point::x), LEFT, WIDTH - RIGHT);
    this.y = Axis.over(all(Scatter.Point::y), HEIGHT - BOTTOM, TOP);
  }

  /** Returns the picture as an SVG file, light or dark according to the reader's system. */
  public static String of(Scatter scatter) {
    return new ScatterPicture(scatter).draw(STYLE);
  }

  /** Returns the picture without styles, for a page that includes {@link #STYLE}. */
  static String inPage(Scatter scatter) {
    return new ScatterPicture(scatter).draw("");
  }

  private DoubleStream all(Function<Scatter.Point, Interval> measure) {
    return scatter.points().stream()
        .map(measure)
        .flatMapToDouble(interval -> DoubleStream.of(interval.low(), interval.high()));
  }

  private String draw(String style) {
    Svg svg = new Svg(WIDTH, HEIGHT, "scatter", scatter.title(), style);
    svg.text("class=\"title\"", LEFT, TOP / 2.0 + 2, scatter.title());
    axes(svg);
    svg.polyline("class=\"frontier\"", frontier.stream().map(this::pixels).toList());
    for (Scatter.Point point : scatter.points()) {
      Chart.Point at = pixels(point);
      svg.line("class=\"cross\"", x.at(point.x().low()), at.y(), x.at(point.x().high()), at.y());
      svg.line("class=\"cross\"", at.x(), y.at(point.y().low()), at.x(), y.at(point.y().high()));
    }
    labels(svg);
    return svg.end();
  }

  private void axes(Svg svg) {
    for (double tick : y.ticks()) {
      svg.line("class=\"grid\"", LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick));
      svg.text("text-anchor=\"end\"", LEFT - 8, y.at(tick) + 4, scatter.y().format().brief(tick));
    }
    for (double tick : x.ticks()) {
      svg.line("class=\"grid\"", x.at(tick), TOP, x.at(tick), HEIGHT - BOTTOM);
      svg.text(
          "text-anchor=\"middle\"",
          x.at(tick),
          HEIGHT - BOTTOM + 18,
          scatter.x().format().brief(tick));
    }
    svg.text(
        "text-anchor=\"middle\"",
        (LEFT + WIDTH - RIGHT) / 2.0,
        HEIGHT - 10,
        scatter.x().name() + " →");
    svg.text(
        "text-anchor=\"middle\" transform=\"rotate(-90 14 %s)\""
            .formatted((TOP + HEIGHT - BOTTOM) / 2),
        14,
        (TOP + HEIGHT - BOTTOM) / 2.0,
        scatter.y().name() + " →");
  }

  private void labels(Svg svg) {
    List<Chart.Point> points = scatter.points().stream().map(this::pixels).toList();
    List<Rectangle> boxes =
        LabelPlacement.of(
            new Rectangle(LEFT + 2, TOP, WIDTH - 2, HEIGHT - BOTTOM - 2),
            points,
            scatter.points().stream().map(this::width).toList(),
            strokes());
    for (int label = 0; label < points.size(); label++) {
      int i = label;
      Chart.Point from = points.get(i);
      Chart.Point to = boxes.get(i).nearest(from);
      double distance = LabelPlacement.distance(boxes.get(i), from);
      if (distance > LEADER_FROM
          || points.stream()
              .anyMatch(other -> LabelPlacement.distance(boxes.get(i), other) < distance)) {
        svg.line("class=\"leader\"", from.x(), from.y(), to.x(), to.y());
      }
    }
    for (int i = 0; i < points.size(); i++) {
      boolean ahead = frontier.contains(scatter.points().get(i));
      svg.circle(
          ahead ? "class=\"point ahead\"" : "class=\"point\"",
          points.get(i).x(),
          points.get(i).y(),
          RADIUS);
      Rectangle box = boxes.get(i);
      svg.text(
          "class=\"label%s\" text-anchor=\"middle\"".formatted(ahead ? " best" : ""),
          (box.left() + box.right()) / 2,
          (box.top() + box.bottom()) / 2 + BASELINE,
          scatter.points().get(i).name());
    }
  }

  private double width(Scatter.Point point) {
    return APART + point.name().length() * (frontier.contains(point) ? BOLD_LETTER : LETTER);
  }

  /** Returns the crosses as thin rectangles and the frontier as a row of small ones. */
  private List<Rectangle> strokes() {
    List<Rectangle> strokes = new ArrayList<>();
    for (Scatter.Point point : scatter.points()) {
      Chart.Point at = pixels(point);
      strokes.add(
          new Rectangle(x.at(point.x().low()), at.y() - 1, x.at(point.x().high()), at.y() + 1));
      strokes.add(
          new Rectangle(at.x() - 1, y.at(point.y().high()), at.x() + 1, y.at(point.y().low())));
    }
    for (int i = 1; i < frontier.size(); i++) {
      Chart.Point from = pixels(frontier.get(i - 1));
      Chart.Point to = pixels(frontier.get(i));
      int pieces = 1 + (int) Math.hypot(to.x() - from.x(), to.y() - from.y()) / 4;
      for (int p = 0; p < pieces; p++) {
        double atX = from.x() + (to.x() - from.x()) * p / pieces;
        double atY = from.y() + (to.y() - from.y()) * p / pieces;
        strokes.add(new Rectangle(atX - 2, atY - 2, atX + 2, atY + 2));
      }
    }
    return strokes;
  }

  private Chart.Point pixels(Scatter.Point point) {
    return new Chart.Point(x.at(point.x().mean()), y.at(point.y().mean()));
  }
}

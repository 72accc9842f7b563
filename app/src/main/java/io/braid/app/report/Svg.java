package io.braid.app.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes the text of an SVG picture, element by element. */
final class Svg {
  private final StringBuilder out = new StringBuilder();

  /**
   * Starts a picture.
   *
   * @param kind class of the picture, for a style sheet
   * @param name accessible description of the picture
   * @param style the picture's style sheet, or empty if the page includes it
   */
  Svg(int width, int height, String kind, String name, String style) {
    out.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" class="%s" viewBox="0 0 %s %s" role="img" aria-label="%s">
        """
            .formatted(kind, width, height, escape(name)));
    if (!style.isEmpty()) {
      out.append("<style>\n").append(style).append("</style>\n");
    }
  }

  /** Returns the finished picture. */
  String end() {
    return out + "</svg>\n";
  }

  void line(String style, double x1, double y1, double x2, double y2) {
    out.append(
        "<line %s x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>\n"
            .formatted(style, number(x1), number(y1), number(x2), number(y2)));
  }

  void polyline(String style, List<Chart.Point> pixels) {
    String path =
        pixels.stream()
            .map(point -> number(point.x()) + "," + number(point.y()))
            .collect(Collectors.joining(" "));
    out.append("<polyline ").append(style).append(" points=\"").append(path).append("\"/>\n");
  }

  void circle(String style, double x, double y, double radius) {
    out.append(
        "<circle %s cx=\"%s\" cy=\"%s\" r=\"%s\"/>\n"
            .formatted(style, number(x), number(y), number(radius)));
  }

  void rectangle(String style, double x, double y, double width, double height) {
    out.append(
        "<rect %s x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>\n"
            .formatted(style, number(x), number(y), number(width), number(height)));
  }

  void text(String style, double x, double y, String text) {
    out.append(
        "<text %s x=\"%s\" y=\"%s\">%s</text>\n"
            .formatted(style, number(x), number(y), escape(text)));
  }

  private static String number(double pixels) {
    return String.format(Locale.ROOT, "%.2f", pixels);
  }

  /** Escapes text, so that it neither starts nor ends an element of a picture or page. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}

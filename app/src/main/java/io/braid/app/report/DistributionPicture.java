package io.braid.app.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Draws distributions in one panel each. Bars show their probabilities, and a line shows the
 * target's. The scale is logarithmic, because the probabilities of a collapsed distribution differ
 * from the target's by orders of magnitude.
 */
public final class DistributionPicture {
  private static final int WIDTH = 960;
  private static final int LEFT = 56;
  private static final int RIGHT = 16;
  private static final int TOP = 64;
  private static final int PANEL = 112;
  private static final int BETWEEN = 40;
  private static final int BOTTOM = 56;
  private static final int GAP = 14;
  private static final int COLOURS = 6;

  /** Power of ten at the lower end of a panel. */
  private static final int LOWEST = -5;

  private static final int HIGHEST = 0;
  private static final String[] DIGITS = {"⁰", "¹", "²", "³", "⁴", "⁵"};

  /** Style sheet that a page with the picture must include. */
  static final String STYLE =
      """
      .distributions text { font: 12px system-ui, sans-serif; fill: #57606a }
      .distributions .title { font-size: 15px; font-weight: 600; fill: #1f2328 }
      .distributions .name { font-size: 13px; font-weight: 600; fill: #1f2328 }
      .distributions .group { fill: #1f2328 }
      .distributions .grid { stroke: #d8dee4 }
      .distributions .target { fill: none; stroke: #1f2328; stroke-width: 1.3 }
      .distributions .c0 { fill: #2166ac } .distributions .c1 { fill: #c4611b }
      .distributions .c2 { fill: #1b7f5c } .distributions .c3 { fill: #8a4a9e }
      .distributions .c4 { fill: #b23a48 } .distributions .c5 { fill: #6e7781 }
      @media (prefers-color-scheme: dark) {
        .distributions text { fill: #9198a1 }
        .distributions .title, .distributions .name, .distributions .group { fill: #e6edf3 }
        .distributions .grid { stroke: #30363d } .distributions .target { stroke: #e6edf3 }
        .distributions .c0 { fill: #3d86cc } .distributions .c1 { fill: #c97f3c }
        .distributions .c2 { fill: #369c79 } .distributions .c3 { fill: #a673bd }
        .distributions .c4 { fill: #d0636f } .distributions .c5 { fill: #7d868f }
      }
      """;

  private final Distributions all;
  private final double[] lefts;
  private final double[] steps;

  private DistributionPicture(Distributions all) {
    this.all = all;
    this.lefts = new double[all.groups().size()];
    this.steps = new double[lefts.length];
    double gaps = GAP * Math.max(0, lefts.length - 1.0);
    double total = all.groups().stream().mapToDouble(Distributions.Group::width).sum();
    double next = LEFT;
    for (int g = 0; g < lefts.length; g++) {
      double width = (WIDTH - LEFT - RIGHT - gaps) * all.groups().get(g).width() / total;
      lefts[g] = next;
      steps[g] = width / all.groups().get(g).outcomes();
      next += width + GAP;
    }
  }

  /** Returns the picture as an SVG file, light or dark according to the reader's system. */
  public static String of(Distributions distributions) {
    return new DistributionPicture(distributions).draw(STYLE);
  }

  /** Returns the picture without styles, for a page that includes {@link #STYLE}. */
  static String inPage(Distributions distributions) {
    return new DistributionPicture(distributions).draw("");
  }

  private String draw(String style) {
    int height = TOP + all.panels().size() * (PANEL + BETWEEN) - BETWEEN + BOTTOM;
    Svg svg = new Svg(WIDTH, height, "distributions", all.title(), style);
    svg.text("class=\"title\"", LEFT, 22, all.title());
    svg.line("class=\"target\"", WIDTH - RIGHT - 66, 18, WIDTH - RIGHT - 48, 18);
    svg.text("text-anchor=\"end\"", WIDTH - RIGHT, 22, "target");
    for (int p = 0; p < all.panels().size(); p++) {
      panel(svg, all.panels().get(p), p, TOP + p * (PANEL + BETWEEN));
    }
    int bottom = height - BOTTOM;
    for (int g = 0; g < lefts.length; g++) {
      Distributions.Group group = all.groups().get(g);
      double middle = lefts[g] + group.outcomes() * steps[g] / 2;
      svg.text("class=\"group\" text-anchor=\"middle\"", middle, bottom + 18, group.name());
      svg.text("text-anchor=\"middle\"", middle, bottom + 34, group.note());
    }
    return svg.end();
  }

  private void panel(Svg svg, Distributions.Panel panel, int number, int top) {
    svg.text("class=\"name\"", LEFT, top - 10, panel.name());
    svg.text("text-anchor=\"end\"", WIDTH - RIGHT, top - 10, panel.note());
    for (int power = LOWEST; power <= HIGHEST; power++) {
      double y = y(top, Math.pow(10, power));
      svg.line("class=\"grid\"", LEFT, y, WIDTH - RIGHT, y);
      if ((power - HIGHEST) % 2 == 0) {
        svg.text("text-anchor=\"end\"", LEFT - 8, y + 4, power == 0 ? "1" : "10⁻" + DIGITS[-power]);
      }
    }
    int first = 0;
    for (int g = 0; g < lefts.length; g++) {
      int outcomes = all.groups().get(g).outcomes();
      List<Chart.Point> target = new ArrayList<>();
      for (int i = 0; i < outcomes; i++) {
        double left = lefts[g] + i * steps[g];
        double y = y(top, panel.probabilities().get(first + i));
        if (y < top + PANEL) {
          svg.rectangle("class=\"c" + number % COLOURS + "\"", left, y, steps[g], top + PANEL - y);
        }
        double wanted = y(top, all.target().get(first + i));
        target.add(new Chart.Point(left, wanted));
        target.add(new Chart.Point(left + steps[g], wanted));
      }
      first += outcomes;
      svg.polyline("class=\"target\"", target);
    }
  }

  private static double y(int top, double probability) {
    double power = Math.clamp(Math.log10(Math.max(probability, 1e-300)), LOWEST, HIGHEST);
    return top + PANEL * (HIGHEST - power) / (HIGHEST - LOWEST);
  }
}

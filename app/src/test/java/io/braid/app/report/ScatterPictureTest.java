package io.braid.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.app.report.LabelPlacement.Rectangle;
import io.braid.eval.Interval;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class ScatterPictureTest {
  private static Scatter.Point point(String name, double x, double y) {
    return new Scatter.Point(
        name, new Interval(x, x - 0.1, x + 0.1), new Interval(y, y - 0.1, y + 0.1));
  }

  private static Scatter scatter(Scatter.Point... points) {
    return new Scatter(
        "a < b",
        new Scatter.Measure("right", Format.PERCENT),
        new Scatter.Measure("up", Format.NUMBER),
        List.of(points));
  }

  @Test
  void theFrontierIsTheUndominatedPoints() {
    Scatter scatter =
        scatter(
            point("right", 3, 1),
            point("beaten", 1.9, 1.9),
            point("up", 1, 3),
            point("equal in x", 3, 0),
            point("middle", 2, 2),
            point("nothing", Double.NaN, 9));
    assertThat(scatter.frontier())
        .extracting(Scatter.Point::name)
        .containsExactly("up", "middle", "right");
  }

  @Test
  void thePictureIsXmlWithAPointACrossAndALabelPerModel() throws Exception {
    Document picture =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(
                new ByteArrayInputStream(
                    ScatterPicture.of(scatter(point("<one>", 0, 0), point("two", 1, 1)))
                        .getBytes(StandardCharsets.UTF_8)));
    assertThat(picture.getElementsByTagName("circle").getLength()).isEqualTo(2);
    assertThat(picture.getElementsByTagName("style").getLength()).isEqualTo(1);
    assertThat(picture.getDocumentElement().getTextContent()).contains("<one>", "two", "a < b");
    assertThat(picture.getDocumentElement().getTextContent()).doesNotContain("NaN");
  }

  @Test
  void fifteenLabelsHideNeitherEachOtherNorAPoint() {
    Random random = new Random(5);
    Rectangle frame = new Rectangle(64, 44, 818, 506);
    for (int round = 0; round < 20; round++) {
      List<Chart.Point> points =
          IntStream.range(0, 15)
              .mapToObj(_ ->
                  new Chart.Point(
                      400 + 90 * random.nextGaussian(), 270 + 50 * random.nextGaussian()))
              .toList();
      List<Double> widths =
          DoubleStream.generate(() -> 30 + 90 * random.nextDouble()).limit(15).boxed().toList();
      List<Rectangle> labels = LabelPlacement.of(frame, points, widths, List.of());
      for (int i = 0; i < labels.size(); i++) {
        Rectangle label = labels.get(i);
        assertThat(label.left()).isGreaterThanOrEqualTo(frame.left());
        assertThat(label.right()).isLessThanOrEqualTo(frame.right());
        for (int other = 0; other < i; other++) {
          assertThat(label.overlap(labels.get(other))).as("%d on %d", i, other).isLessThan(20);
        }
        for (Chart.Point point : points) {
          assertThat(
                  point.x() > label.left()
                      && point.x() < label.right()
                      && point.y() > label.top()
                      && point.y() < label.bottom())
              .as("a point under a label")
              .isFalse();
        }
      }
    }
  }
}

package io.braid.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class CurvePictureTest {
  private static Document picture(Chart chart) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(CurvePicture.of(chart).getBytes(StandardCharsets.UTF_8)));
  }

  private static String points(Document picture, int curve) {
    return picture
        .getElementsByTagName("polyline")
        .item(curve)
        .getAttributes()
        .getNamedItem("points")
        .getNodeValue();
  }

  @Test
  void aCurveSpansItsAxes() throws Exception {
    Chart chart =
        new Chart(
            "a < b & \"c\"",
            "step",
            Format.PERCENT,
            List.of(
                new Chart.Series(
                    "a",
                    List.of(
                        new Chart.Point(0, 0),
                        new Chart.Point(50, Double.NaN),
                        new Chart.Point(100, 1)))));

    Document picture = picture(chart);
    assertThat(points(picture, 0)).isEqualTo("64.00,276.00 570.00,40.00");
    assertThat(picture.getDocumentElement().getAttribute("aria-label")).isEqualTo("a < b & \"c\"");
  }

  @Test
  void drawsFlatAndEmptyCurves() throws Exception {
    Chart chart =
        new Chart(
            "",
            "step",
            Format.NUMBER,
            List.of(
                new Chart.Series("flat", List.of(new Chart.Point(3, 7), new Chart.Point(4, 7))),
                new Chart.Series("empty", List.of())));

    Document picture = picture(chart);
    assertThat(points(picture, 0)).doesNotContain("NaN");
    assertThat(points(picture, 1)).isEmpty();
  }
}

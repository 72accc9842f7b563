package io.braid.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class DistributionPictureTest {
  private static final String HOSTILE = "</text><script>alert('x\"')</script>&amp;<!--";

  private static final Distributions DISTRIBUTIONS =
      new Distributions(
          HOSTILE,
          List.of(
              new Distributions.Group(HOSTILE, HOSTILE, 2, 1),
              new Distributions.Group("rest", "", 1, 1)),
          List.of(0.1, 0.9, 0.0),
          List.of(
              new Distributions.Panel(HOSTILE, HOSTILE, List.of(1.0, 1e-3, 0.0)),
              new Distributions.Panel("b", "", List.of(1e-9, 0.0, 1.0))));

  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<Element> all(Document picture, String name) {
    var nodes = picture.getElementsByTagName(name);
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
  }

  @Test
  void aBarsHeightIsTheLogarithmOfItsProbability() throws Exception {
    Document picture = parsed(DistributionPicture.of(DISTRIBUTIONS));

    // A panel is 112 high for five powers of ten; smaller probabilities have no bar.
    assertThat(all(picture, "rect"))
        .extracting(bar -> bar.getAttribute("height"))
        .containsExactly("112.00", "44.80", "112.00");
    assertThat(all(picture, "rect"))
        .extracting(bar -> bar.getAttribute("class"))
        .containsExactly("c0", "c0", "c1");
  }

  @Test
  void drawsTheTargetOverEachPanelAndGroup() throws Exception {
    Document picture = parsed(DistributionPicture.of(DISTRIBUTIONS));

    List<Element> lines = all(picture, "polyline");
    assertThat(lines).hasSize(4);
    assertThat(lines.getFirst().getAttribute("points").split(" ")).hasSize(4);
    assertThat(lines).allMatch(line -> !line.getAttribute("points").contains("NaN"));
  }

  @Test
  void escapesText() throws Exception {
    Document picture = parsed(DistributionPicture.of(DISTRIBUTIONS));

    assertThat(all(picture, "script")).isEmpty();
    assertThat(picture.getDocumentElement().getAttribute("aria-label")).isEqualTo(HOSTILE);
    assertThat(all(picture, "text"))
        .filteredOn(text -> text.getTextContent().equals(HOSTILE))
        .hasSize(5);
  }

  @Test
  void requiresTheSameOutcomesEverywhere() {
    List<Distributions.Group> two = List.of(new Distributions.Group("", "", 2, 1));

    assertThatThrownBy(() -> new Distributions("", two, List.of(1.0), List.of()))
        .hasMessage("1 probabilities for 2 outcomes");
  }
}

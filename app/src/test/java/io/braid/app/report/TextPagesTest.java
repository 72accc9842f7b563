package io.braid.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TextPagesTest {
  private static final String HOSTILE = "</style><script>alert('x\"')</script>&amp;<!--";
  private static final String HARMLESS =
      "&lt;/style&gt;&lt;script&gt;alert(&#39;x&quot;&#39;)&lt;/script&gt;&amp;amp;&lt;!--";

  private static TextPage page(String text, List<Double> shades) {
    return page(text, shades, /* signed= */ false);
  }

  private static TextPage page(String text, List<Double> shades, boolean signed) {
    return new TextPage(
        text,
        text,
        List.of(),
        List.of(new TextPage.Measure(text, text, signed)),
        List.of(
            new ColouredText(
                text,
                text,
                ColouredText.Mark.WRONG,
                List.of(new ColouredText.Token(text, text, shades)),
                3)),
        List.of(
            new Table(
                text,
                List.of(new Table.Column(text, Format.WHOLE, Table.Better.NEITHER)),
                List.of(new Table.Row(text, List.of(1.0))))),
        List.of(
            new Chart(
                text,
                text,
                Format.NUMBER,
                List.of(new Chart.Series(text, List.of(new Chart.Point(1, 2)))))),
        Map.of(text, text),
        List.of(text));
  }

  @Test
  void escapesAllText() {
    String html = TextPages.of(page(HOSTILE, List.of(0.5)));

    assertThat(html).doesNotContain("<!--").doesNotContain("<script");
    // Title and heading, summary; measure and meaning; a text's title, prompt, token and note;
    // caption, column, row; chart's label, title, axis, series; setting, note.
    assertThat(html.split(Pattern.quote(HARMLESS), -1)).hasSize(1 + 19);
  }

  @Test
  void thePolicyAllowsOnlyTheStyleAndThePageLoadsNothing() {
    String html = TextPages.of(page(HOSTILE, List.of(0.5)));
    Matcher style = Pattern.compile("<style>(.*?)</style>", Pattern.DOTALL).matcher(html);

    assertThat(style.find()).isTrue();
    assertThat(html)
        .contains(
            "content=\"default-src 'none'; style-src %s; base-uri 'none';"
                .formatted(ReportPage.hash(style.group(1))))
        .doesNotContain(" style=")
        .doesNotContain(" src=")
        .doesNotContain("url(");
    assertThat(style.find()).as("a second style, which the policy forbids").isFalse();
  }

  @Test
  void shadesAreClassesOfTheStyleSheet() {
    assertThat(TextPages.of(page("x", List.of(1.0))))
        .contains("<span class=\"m0u8\" ")
        .contains(".m0u8 {");
    assertThat(TextPages.of(page("x", List.of(-0.3)))).contains("<span class=\"m0d2\" ");
    assertThat(TextPages.of(page("x", List.of(0.5), /* signed= */ true)))
        .contains("<span class=\"m0g4\" ");
    assertThat(TextPages.of(page("x", List.of(0.0)))).contains("<span title=");
    assertThat(TextPages.of(page("x", List.of(Double.NaN)))).contains("<span title=");
  }

  @Test
  void replacesControlCharactersByAMark() {
    assertThat(TextPages.of(page("a\u202Eb\u0000c", List.of(0.0))))
        .contains(">a\uFFFDb\uFFFDc</span>");
    assertThat(TextPages.of(page("a\nb", List.of(0.0)))).contains(">a↵\nb</span>");
  }
}

package io.braid.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.eval.Interval;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportPageTest {
  private static final String HOSTILE = "</script><script>alert('x\"')</script>&amp;<!--";
  private static final String HARMLESS =
      "&lt;/script&gt;&lt;script&gt;alert(&#39;x&quot;&#39;)&lt;/script&gt;&amp;amp;&lt;!--";

  private static final Report EVERYWHERE_HOSTILE =
      new Report(
          HOSTILE,
          HOSTILE,
          List.of(
              new Table(
                  HOSTILE,
                  List.of(new Table.Column(HOSTILE, Format.WHOLE, Table.Better.HIGHER)),
                  List.of(new Table.Row(HOSTILE, List.of(1.0))))),
          List.of(
              new Scatter(
                  HOSTILE,
                  new Scatter.Measure(HOSTILE, Format.NUMBER),
                  new Scatter.Measure(HOSTILE, Format.NUMBER),
                  List.of(
                      new Scatter.Point(HOSTILE, new Interval(1, 0, 2), new Interval(1, 0, 2))))),
          List.of(
              new Distributions(
                  HOSTILE,
                  List.of(new Distributions.Group(HOSTILE, HOSTILE, 1, 1)),
                  List.of(1.0),
                  List.of(new Distributions.Panel(HOSTILE, HOSTILE, List.of(1.0))))),
          List.of(
              new Chart(
                  HOSTILE,
                  HOSTILE,
                  Format.NUMBER,
                  List.of(new Chart.Series(HOSTILE, List.of(new Chart.Point(1, 2)))))),
          List.of(
              new Solutions(
                  HOSTILE,
                  List.of("data:image/png;base64,AAAA"),
                  List.of(
                      new Solutions.Model(
                          HOSTILE, List.of(new Solutions.Answer(HOSTILE, true, 1)))))),
          Map.of(HOSTILE, HOSTILE),
          List.of(HOSTILE));

  private static List<String> elements(String page, String name) {
    Matcher matcher =
        Pattern.compile("<" + name + "[^>]*>(.*?)</" + name + ">", Pattern.DOTALL).matcher(page);
    List<String> contents = new ArrayList<>();
    while (matcher.find()) {
      contents.add(matcher.group(1));
    }
    return contents;
  }

  @Test
  void escapesAllText() {
    String page = ReportPage.of(EVERYWHERE_HOSTILE);

    assertThat(page).doesNotContain("<!--").doesNotContain("<script>alert");

    assertThat(elements(page, "script")).hasSize(3);
    // Title and heading; summary; caption, column, row; scatter's name, title, axes, label;
    // distributions' label, title, group and panel with their notes; chart; problem, model, answer;
    // setting; note.
    assertThat(page.split(Pattern.quote(HARMLESS), -1)).hasSize(1 + 24);
  }

  @Test
  void theChartsDataSurvivesARoundTrip() {
    JsonNode charts =
        new JsonMapper().readTree(elements(ReportPage.of(EVERYWHERE_HOSTILE), "script").getFirst());

    assertThat(charts.at("/0/x").asString()).isEqualTo(HOSTILE);
    assertThat(charts.at("/0/names/0").asString()).isEqualTo(HOSTILE);
    assertThat(charts.at("/0/data").toString()).isEqualTo("[[1.0],[2.0]]");
  }

  @Test
  void thePolicyAllowsOnlyTheTwoScriptsAndTheStyleByHash() throws Exception {
    String page = ReportPage.of(EVERYWHERE_HOSTILE);
    List<String> scripts = elements(page, "script");

    assertThat(page)
        .contains(
            "content=\"default-src 'none'; script-src %s %s; style-src %s; img-src data:; base-uri 'none';"
                .formatted(
                    hash(scripts.get(1)),
                    hash(scripts.get(2)),
                    hash(elements(page, "style").getFirst())));
  }

  private static String hash(String text) throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
  }

  @Test
  void thePageLoadsNothing() {
    assertThat(ReportPage.of(EVERYWHERE_HOSTILE))
        .doesNotContainPattern(" src=\"(?!data:image/)")
        .doesNotContain("<link")
        .doesNotContain("@import")
        .doesNotContain("url(");
  }

  @Test
  void aPictureIsPartOfThePage() {
    List<Solutions.Model> none = List.of();
    assertThatThrownBy(() -> new Solutions("", List.of("x.png"), none))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(ReportPage.of(EVERYWHERE_HOSTILE)).contains("src=\"data:image/png;base64,AAAA\"");
  }

  @Test
  void curvesOverDifferentStepsShareOneAxisWithGaps() {
    Chart chart =
        new Chart(
            "",
            "step",
            Format.NUMBER,
            List.of(
                new Chart.Series("a", List.of(new Chart.Point(1, 10), new Chart.Point(3, 30))),
                new Chart.Series(
                    "b", List.of(new Chart.Point(2, Double.NaN), new Chart.Point(3, 5)))));
    Report report =
        new Report(
            "",
            "",
            List.of(),
            List.of(),
            List.of(),
            List.of(chart),
            List.of(),
            Map.of(),
            List.of());

    JsonNode charts =
        new JsonMapper().readTree(elements(ReportPage.of(report), "script").getFirst());
    assertThat(charts.at("/0/data").toString())
        .isEqualTo("[[1.0,2.0,3.0],[10.0,null,30.0],[null,null,5.0]]");
  }

  @Test
  void omitsEmptySections() {
    Report report =
        new Report(
            "t", "", List.of(), List.of(), List.of(), List.of(), List.of(), Map.of(), List.of("n"));

    assertThat(elements(ReportPage.of(report), "h2")).containsExactly("Notes");
  }

  @Test
  void marksTheBestOfAtLeastTwoNumbersInAColumn() {
    Table table =
        new Table(
            "",
            List.of(
                new Table.Column("high", Format.WHOLE, Table.Better.HIGHER),
                new Table.Column("low", Format.WHOLE, Table.Better.LOWER),
                new Table.Column("any", Format.WHOLE, Table.Better.NEITHER),
                new Table.Column("alone", Format.WHOLE, Table.Better.HIGHER)),
            List.of(
                new Table.Row("a", List.of(1.0, 1.0, 1.0, 1.0)),
                new Table.Row("b", List.of(2.0, 2.0, 2.0, Double.NaN))));
    Report report =
        new Report(
            "",
            "",
            List.of(table),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            List.of());

    assertThat(ReportPage.of(report))
        .contains("a</th><td>1</td><td class=\"best\">1</td><td>1</td><td>1</td>")
        .contains("b</th><td class=\"best\">2</td><td>2</td><td>2</td><td>–</td>");
  }

  @Test
  void requiresANumberPerColumn() {
    assertThatThrownBy(() -> new Table("", List.of(), List.of(new Table.Row("a", List.of(1.0)))))
        .hasMessage("a: 1 numbers, 0 columns");
  }

  @Test
  void formatsNumbers() {
    assertThat(Format.PERCENT.show(0.4213)).isEqualTo("42.1\u202f%");
    assertThat(Format.WHOLE.show(1_234_567)).isEqualTo("1\u202f234\u202f567");
    assertThat(Format.NUMBER.show(0)).isEqualTo("0.00");
    assertThat(Format.NUMBER.show(-12.3456)).isEqualTo("\u221212.3");
    assertThat(Format.NUMBER.show(123456)).isEqualTo("123456");
    assertThat(Format.NUMBER.show(1e-6)).isEqualTo("1.00e\u221206");
    assertThat(Format.SMALL.show(-0.0056789)).isEqualTo("\u22120.00568");
    assertThat(Format.SMALL.show(0)).isEqualTo("0.00");
    assertThat(Format.SMALL.show(1e-9)).isEqualTo("1.00e\u221209");
    assertThat(Format.PERCENT.show(Double.NaN)).isEqualTo("–");
    assertThat(Format.PERCENT.brief(0.1 + 0.2)).isEqualTo("30\u202f%");
    assertThat(Format.NUMBER.brief(1000)).isEqualTo("1000");
  }
}

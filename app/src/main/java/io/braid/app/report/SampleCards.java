package io.braid.app.report;

import io.braid.run.Sample;
import java.util.Optional;

/** Renders the responses of a step as cards. All text is escaped. */
final class SampleCards {
  private SampleCards() {}

  static String html(Report.Samples samples) {
    return """
    <details open><summary dir="auto">%s</summary>
    <div class="samples">
    %s</div>
    </details>
    """
        .formatted(
            Svg.escape(samples.title()), ReportPage.each(samples.samples(), SampleCards::card));
  }

  private static String card(Sample sample) {
    StringBuilder rows = new StringBuilder();
    row(rows, "prompt", sample.prompt());
    row(rows, "response", sample.response());
    sample.gold().ifPresent(text -> row(rows, "gold", text));
    sample.reading().ifPresent(text -> row(rows, "reading", text));
    return """
    <div class="sample %s"><h3><span class="mark" aria-hidden="true">%s</span> %s\
    <span class="facts">%s</span></h3>
    <dl>
    %s</dl>
    </div>
    """
        .formatted(
            sample.correct() ? "right" : "wrong",
            sample.correct() ? "✓" : "✗",
            verdict(sample),
            Svg.escape(facts(sample)),
            rows);
  }

  private static String verdict(Sample sample) {
    String word = sample.correct() ? "correct" : "wrong";
    Optional<String> why = sample.reason().filter(reason -> !reason.equals(word));
    return word + why.map(reason -> ": " + Svg.escape(reason)).orElse("");
  }

  private static String facts(Sample sample) {
    return "reward %s · advantage %s · %s tokens%s · %s"
        .formatted(
            Format.NUMBER.bare(sample.reward()),
            Format.CHANGE.bare(sample.advantage()),
            sample.responseTokens(),
            sample.finish().equals("length") ? " (cut off)" : "",
            sample.problem());
  }

  private static void row(StringBuilder rows, String name, String text) {
    rows.append("<dt>").append(name).append("</dt><dd><pre dir=\"auto\" tabindex=\"0\">");
    // HTML parsers drop a newline at the start of a pre element, so this adds one.
    rows.append('\n').append(Svg.escape(text)).append("</pre></dd>\n");
  }
}

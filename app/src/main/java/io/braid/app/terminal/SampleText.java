package io.braid.app.terminal;

import io.braid.run.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes a sample on a few lines, none longer than the terminal, without control characters. */
final class SampleText {
  private SampleText() {}

  /**
   * Returns the lines of a sample.
   *
   * @param done number of the step that it belongs to, from 1
   */
  static String of(int done, Sample sample, int columns) {
    List<String> lines = new ArrayList<>();
    lines.add(
        Columns.cut(
            "  sample of step %s: ".formatted(done) + Printable.line(sample.problem()), columns));
    add(lines, "prompt", sample.prompt(), columns);
    add(lines, "response", sample.response(), columns);
    sample.gold().ifPresent(text -> add(lines, "gold", text, columns));
    sample.reading().ifPresent(text -> add(lines, "reading", text, columns));
    lines.add(Columns.cut(head("verdict") + Printable.line(verdict(sample)), columns));
    return String.join(System.lineSeparator(), lines);
  }

  private static String head(String name) {
    return String.format(Locale.ROOT, "    %-10s", name);
  }

  private static void add(List<String> lines, String name, String text, int columns) {
    String head = head(name);
    String line = Printable.line(text);
    lines.add(head + Columns.cutMiddle(line.isEmpty() ? "(empty)" : line, columns - head.length()));
  }

  private static String verdict(Sample sample) {
    StringBuilder verdict = new StringBuilder(sample.correct() ? "correct" : "wrong");
    verdict.append(String.format(Locale.ROOT, ", reward %s", number(sample.reward())));
    sample
        .reason()
        .filter(why -> !why.equals("correct"))
        .ifPresent(why -> verdict.append(": ").append(why));
    if (sample.finish().equals("length")) {
      verdict.append(" (cut off at ").append(sample.responseTokens()).append(" tokens)");
    }
    return verdict.toString();
  }

  private static String number(double reward) {
    return reward == Math.rint(reward)
        ? String.format(Locale.ROOT, "%.0f", reward)
        : String.format(Locale.ROOT, "%.3g", reward);
  }
}

package io.braid.app.commands;

import io.braid.task.inspect.DataReport;
import io.braid.task.inspect.Inspection;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code braid data inspect}. */
@Command(
    name = "inspect",
    description = "Shows the fields of a data file and which records become problems.")
final class DataInspectCommand extends BraidCommand {
  private static final int LONGEST_NAME = 24;

  @Parameters(paramLabel = "FILE", description = "A data file or a directory of data files.")
  private Path file = Path.of("");

  @Mixin private RecordOptions fields = new RecordOptions();

  @Override
  public Integer call() {
    DataReport report = Inspection.of(file, fields.split(), fields.fields());
    say(
        String.format(
            Locale.ROOT, "%s: %,d rows, %,d problems", file, report.rows(), report.problems()));
    say("layout: " + counts(report.layouts()));
    say("");
    int width =
        report.columns().stream()
            .mapToInt(column -> Math.min(LONGEST_NAME, column.name().length()))
            .max()
            .orElse(0);
    for (DataReport.Column column : report.columns()) {
      say(
          String.format(
              Locale.ROOT,
              "  %s  %,9d  %-24s  %s",
              padded(column.name(), width),
              column.rows(),
              String.join(" or ", column.types()),
              column.example()));
    }
    say("");
    if (report.problems() > 0) {
      say("answers: " + counts(report.answers()));
      say(
          String.format(
              Locale.ROOT,
              "questions: %,d to %,d characters, median %,d; %,d duplicates",
              report.questions().min(),
              report.questions().max(),
              report.questions().median(),
              report.duplicates()));
    }
    if (!report.skipped().isEmpty()) {
      say("skipped: " + counts(report.skipped()));
    }
    answer(JsonMapper.shared().valueToTree(report));
    return 0;
  }

  private static String padded(String name, int width) {
    return name.length() > width
        ? name.substring(0, width)
        : name + " ".repeat(width - name.length());
  }

  private static String counts(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(count -> String.format(Locale.ROOT, "%s (%,d)", count.getKey(), count.getValue()))
        .collect(Collectors.joining(", "));
  }
}

package io.braid.app.commands;

import io.braid.app.report.CompareReport;
import io.braid.app.report.CompareText;
import io.braid.app.report.ReportPage;
import io.braid.app.report.ScatterPicture;
import io.braid.app.terminal.TerminalListener;
import io.braid.checkpoint.AtomicFile;
import io.braid.experiment.ComparePlan;
import io.braid.experiment.Comparison;
import io.braid.experiment.ComparisonTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid compare}. */
@Command(
    name = "compare",
    description =
        "Trains several recipes with several seeds from one base model and compares the results.")
public final class CompareCommand extends BraidCommand {
  @Parameters(
      index = "0",
      paramLabel = "SPEC.yaml",
      description = "The comparison: base, seeds, recipes, evaluation.")
  private Path spec = Path.of("");

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Settings that override the spec, such as seeds=[1,2].")
  private List<String> overrides = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The output directory (default: runs/ and the spec's name).")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--resume", description = "Continue the comparison in the output directory.")
  private boolean resume;

  @Override
  public Integer call() {
    String name = String.valueOf(spec.getFileName()).replaceAll("\\.ya?ml$", "");
    Path directory = out.orElse(Path.of("runs", name));
    ComparePlan plan = ComparePlan.read(spec, overrides);
    Comparison.Ended ended;
    try (TerminalListener progress = new TerminalListener()) {
      ended = Comparison.run(plan, directory, resume, progress);
    }
    if (ended.stoppedBy().isPresent()) {
      say(
          "stopped; %s of %s cells are done; continue with --resume"
              .formatted(
                  ended.results().values().stream().mapToInt(List::size).sum(),
                  plan.cells().size()));
      return ended.stoppedBy().getAsInt();
    }
    ComparisonTable table = ComparisonTable.of(plan.spec(), ended.results());
    CompareText text = new CompareText(table);
    ObjectNode summary = text.summary();
    write(directory, plan, table, text, summary);
    say(text.means());
    say("");
    say(text.differences());
    say("");
    text.notes().forEach(this::say);
    say("");
    say("report  " + directory.resolve("report.html"));
    say("tables  " + directory.resolve("results.md"));
    answer(summary);
    return 0;
  }

  private static void write(
      Path directory,
      ComparePlan plan,
      ComparisonTable table,
      CompareText text,
      ObjectNode summary) {
    AtomicFile.write(
        directory.resolve("summary.json"),
        JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(summary) + "\n");
    AtomicFile.write(directory.resolve("results.md"), text.markdown());
    AtomicFile.write(
        directory.resolve("frontier.svg"), ScatterPicture.of(CompareReport.frontier(table)));
    AtomicFile.write(
        directory.resolve("report.html"), ReportPage.of(CompareReport.of(plan, table, directory)));
  }
}

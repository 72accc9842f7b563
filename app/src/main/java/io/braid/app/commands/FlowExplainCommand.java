package io.braid.app.commands;

import io.braid.UserError;
import io.braid.app.report.FlowExplanation;
import io.braid.app.report.TextPages;
import io.braid.app.terminal.TerminalListener;
import io.braid.checkpoint.AtomicFile;
import io.braid.run.eval.FlowReading;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid flow explain}. */
@Command(
    name = "explain",
    description = "Writes an HTML page that shows which tokens a flow field rewards and penalises.")
final class FlowExplainCommand extends FlowReadingCommand {
  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.html",
      description = "The file to write.")
  private Path out = Path.of("");

  @Option(
      names = "--shown",
      defaultValue = "24",
      paramLabel = "N",
      description =
          "How many responses to show, at most half of them correct and half incorrect; the tables"
              + " count all of them (default: ${DEFAULT-VALUE}).")
  private int shown;

  @Override
  public Integer call() {
    try (FlowReading reading = open();
        TerminalListener progress = new TerminalListener()) {
      if (shown < 0) {
        throw new UserError("--shown: must be 0 or more, got " + shown);
      }
      FlowExplanation explanation = new FlowExplanation(reading, timesteps(), shown);
      reading.each(explanation::add, progress);
      AtomicFile.write(out, TextPages.of(explanation.page(model().toString(), settings())));
      double correlation = explanation.behaviour().scoreWithEntropy();
      say(
          String.format(
              Locale.ROOT,
              "%d responses, %d tokens; Spearman correlation of score and entropy %.3f → %s",
              reading.size(),
              reading.tokens(),
              correlation,
              out));
      ObjectNode object = JsonMapper.shared().createObjectNode();
      object.put("responses", reading.size()).put("tokens", reading.tokens());
      if (Double.isFinite(correlation)) {
        object.put("score_entropy_spearman", correlation);
      }
      object.put("page", out.toString());
      answer(object);
    }
    return 0;
  }
}

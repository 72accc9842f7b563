package io.braid.app.commands;

import io.braid.app.report.Format;
import io.braid.app.terminal.TextTable;
import io.braid.run.eval.EvaluationComparison;
import io.braid.run.eval.EvaluationComparison.Change;
import io.braid.run.eval.EvaluationResults;
import io.braid.run.eval.ScoreComparison;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid eval-compare}. */
@Command(
    name = "eval-compare",
    description =
        "Compares two evaluations problem by problem and tests whether the difference is"
            + " significant.")
public final class EvalCompareCommand extends BraidCommand {
  private static final int SHOWN = 10;

  @Parameters(index = "0", paramLabel = "A", description = "The --out directory of an eval.")
  private Path first = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "B",
      description = "The --out directory of another eval; differences are B minus A.")
  private Path second = Path.of("");

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "The seed of the intervals and of the paired test (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Override
  public Integer call() {
    EvaluationResults a = EvaluationResults.read(first);
    EvaluationResults b = EvaluationResults.read(second);
    List<EvaluationComparison> all = EvaluationComparison.of(a, b, seed);
    say("A  " + a.model() + "  (" + first + ")");
    say("B  " + b.model() + "  (" + second + ")");
    say("");
    say(table(all));
    if (all.stream().anyMatch(each -> !each.scores().isEmpty())) {
      say(scores(all));
    }
    say("");
    all.forEach(this::changes);
    say(
        "B - A: difference in avg@k in percentage points, with paired 95 % intervals over the"
            + " problems. p: probability of a difference at least as large by chance alone"
            + " (McNemar's exact test for one sample per problem, otherwise a sign-flip test); *"
            + " below 0.05. #: the problem's number in the suite, with its avg@k, %, of A and of"
            + " B.");
    answer(json(all));
    return 0;
  }

  private static String table(List<EvaluationComparison> all) {
    TextTable table =
        new TextTable("suite", "n", "k", "A, %", "B, %", "B - A", "95 %", "better", "worse", "p");
    for (EvaluationComparison each : all) {
      table.row(
          List.of(
              each.suite(),
              Integer.toString(each.problems()),
              each.samples().stream()
                  .distinct()
                  .map(k -> Integer.toString(k))
                  .reduce((x, y) -> x + "/" + y)
                  .orElse(""),
              Format.PERCENT.bare(each.first()),
              Format.PERCENT.bare(each.second()),
              plain(Format.POINTS.bare(each.difference().mean())),
              plain(Format.POINTS.bounds(each.difference())),
              Integer.toString(each.better().size()),
              Integer.toString(each.worse().size()),
              p(each)));
    }
    return table.toString();
  }

  private static String scores(List<EvaluationComparison> all) {
    TextTable table = new TextTable("suite", "score", "n", "A, %", "B, %", "B - A", "95 %");
    for (EvaluationComparison each : all) {
      for (ScoreComparison score : each.scores()) {
        table.row(
            List.of(
                each.suite(),
                score.name(),
                Integer.toString(score.size()),
                Format.PERCENT.bare(score.first()),
                Format.PERCENT.bare(score.second()),
                plain(Format.POINTS.bare(score.difference().mean())),
                plain(Format.POINTS.bounds(score.difference()))));
      }
    }
    return table.toString();
  }

  private static String p(EvaluationComparison each) {
    String number = each.p() < 1e-4 ? "<0.0001" : String.format(Locale.ROOT, "%.4f", each.p());
    return number + (each.significant() ? " *" : "  ");
  }

  /** Prints the problems whose results changed, largest changes first. */
  private void changes(EvaluationComparison each) {
    if (each.left() > 0) {
      say(
          "%s: %s problems that are in only one of the two evaluations are left out"
              .formatted(each.suite(), each.left()));
    }
    changes(each.suite() + " better", each.better());
    changes(each.suite() + " worse", each.worse());
    if (!each.better().isEmpty() || !each.worse().isEmpty()) {
      say("");
    }
  }

  private void changes(String head, List<Change> changes) {
    if (changes.isEmpty()) {
      return;
    }
    List<String> shown =
        changes.stream()
            .sorted((x, y) ->
                Double.compare(Math.abs(y.after() - y.before()), Math.abs(x.after() - x.before())))
            .limit(SHOWN)
            .map(change ->
                "#%s %s>%s"
                    .formatted(
                        change.number(),
                        Format.PERCENT.bare(change.before()),
                        Format.PERCENT.bare(change.after())))
            .toList();
    int more = changes.size() - shown.size();
    say(head + ": " + String.join(", ", shown) + (more > 0 ? ", and %s more".formatted(more) : ""));
  }

  /** Replaces the minus sign, which some terminals cannot display, with a hyphen. */
  private static String plain(String text) {
    return text.replace('\u2212', '-');
  }

  private static ObjectNode json(List<EvaluationComparison> all) {
    ObjectNode root = JsonMapper.shared().createObjectNode();
    ObjectNode suites = root.putObject("suites");
    for (EvaluationComparison each : all) {
      ObjectNode suite = suites.putObject(each.suite());
      suite.put("problems", each.problems());
      suite.put("left_out", each.left());
      suite.set("samples", JsonMapper.shared().valueToTree(each.samples()));
      suite.put("a", each.first());
      suite.put("b", each.second());
      suite
          .putObject("difference")
          .put("mean", each.difference().mean())
          .put("low", each.difference().low())
          .put("high", each.difference().high());
      suite.put("test", each.test().name().toLowerCase(Locale.ROOT));
      suite.put("p", each.p());
      put(suite.putArray("better"), each.better());
      put(suite.putArray("worse"), each.worse());
      if (!each.scores().isEmpty()) {
        ObjectNode scores = suite.putObject("scores");
        each.scores().forEach(score -> put(scores.putObject(score.name()), score));
      }
    }
    return root;
  }

  private static void put(ObjectNode node, ScoreComparison score) {
    node.put("n", score.size()).put("a", score.first()).put("b", score.second());
    node.putObject("difference")
        .put("mean", score.difference().mean())
        .put("low", score.difference().low())
        .put("high", score.difference().high());
  }

  private static void put(ArrayNode list, List<Change> changes) {
    for (Change change : changes) {
      list.addObject()
          .put("problem", change.problem())
          .put("number", change.number())
          .put("a", change.before())
          .put("b", change.after());
    }
  }
}

package io.braid.app.commands;

import io.braid.app.terminal.Progress;
import io.braid.app.terminal.TextTable;
import io.braid.eval.judge.EvaluationRecord;
import io.braid.eval.judge.JudgedSummary;
import io.braid.eval.judge.JudgedSummary.Difference;
import io.braid.eval.judge.RecordJudge;
import io.braid.eval.judge.RecordJudge.Judged;
import io.braid.remote.ChatModel;
import io.braid.verify.judge.CorrectnessJudge;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid judge}. */
@Command(
    name = "judge",
    description =
        "Judges an evaluation's responses with a language model and reports its agreement with the"
            + " rule-based verdicts.")
public final class JudgeCommand extends JudgingCommand {
  private static final int SHOWN = 20;
  private static final int IN_JSON = 1_000;

  @Option(
      names = "--judge-endpoint",
      paramLabel = "URL",
      description = "An OpenAI-compatible service, such as http://127.0.0.1:8000/v1.")
  private Optional<URI> endpoint = Optional.empty();

  @Option(
      names = "--judge-model",
      required = true,
      paramLabel = "NAME|DIR",
      description = "The model's name at the service; without --judge-endpoint, a model directory.")
  private String model = "";

  @Option(
      names = "--response-chars",
      defaultValue = "4000",
      description =
          "How many characters from the end of a response the judge sees (default:"
              + " ${DEFAULT-VALUE}).")
  private int responseChars;

  @Override
  public Integer call() {
    List<EvaluationRecord> records = EvaluationRecord.read(records());
    Path out = out(EvaluationRecord.file(records()), "judged.jsonl");
    List<Judged> judged = judged(records, out);
    show(judged, records.size() - judged.size(), out);
    return 0;
  }

  private List<Judged> judged(List<EvaluationRecord> records, Path out) {
    try (ChatModel judge =
            endpoint.map(url -> remote(url, model)).orElseGet(() -> local(Path.of(model)));
        Progress progress = Progress.start("judge", 0, records.size())) {
      return new RecordJudge(new CorrectnessJudge(judge, asking(), responseChars), atOnce(judge))
          .run(records, out, done -> progress.at(done, ""));
    }
  }

  private void show(List<Judged> judged, int withoutReference, Path out) {
    Map<String, JudgedSummary> summaries = JudgedSummary.bySuite(judged, seed());
    List<Difference> differences = JudgedSummary.differences(judged);
    say(table(summaries).toString());
    if (withoutReference > 0) {
      say(withoutReference + " problems have no reference answer and were left out");
    }
    for (Difference each : differences.subList(0, Math.min(SHOWN, differences.size()))) {
      say(
          "%s response %s: the rule says %s, the judge %s"
              .formatted(
                  plain(each.problem()),
                  each.response() + 1,
                  word(each.rule()),
                  word(!each.rule())));
    }
    if (differences.size() > SHOWN) {
      say("and %s more that differ".formatted(differences.size() - SHOWN));
    }
    say("→ " + out);
    answer(json(summaries, differences, withoutReference));
  }

  private static String word(boolean correct) {
    return correct ? "correct" : "wrong";
  }

  private static TextTable table(Map<String, JudgedSummary> summaries) {
    TextTable table =
        new TextTable(
            "suite",
            "problems",
            "responses",
            "rule",
            "judge",
            "low",
            "high",
            "agree",
            "κ",
            "only rule",
            "only judge",
            "no verdict");
    summaries.forEach((suite, each) ->
        table.row(
            List.of(
                plain(suite),
                Integer.toString(each.problems()),
                Integer.toString(each.responses()),
                number(each.byRule().mean()),
                number(each.byJudge().mean()),
                number(each.byJudge().low()),
                number(each.byJudge().high()),
                number(each.agreement().share()),
                number(each.agreement().kappa()),
                Integer.toString(each.agreement().onlyFirst()),
                Integer.toString(each.agreement().onlySecond()),
                Integer.toString(each.noVerdict()))));
    return table;
  }

  private static String number(OptionalDouble value) {
    return value.isPresent() ? number(value.getAsDouble()) : "-";
  }

  private static ObjectNode json(
      Map<String, JudgedSummary> summaries, List<Difference> differences, int withoutReference) {
    ObjectNode object = JsonMapper.shared().createObjectNode();
    ObjectNode suites = object.putObject("suites");
    summaries.forEach((suite, each) -> {
      ObjectNode node = suites.putObject(suite);
      node.put("problems", each.problems());
      node.put("responses", each.responses());
      put(node, "rule", each.byRule());
      put(node, "judge", each.byJudge());
      each.agreement().share().ifPresent(share -> node.put("agreement", share));
      each.agreement().kappa().ifPresent(kappa -> node.put("kappa", kappa));
      node.put("only_rule", each.agreement().onlyFirst());
      node.put("only_judge", each.agreement().onlySecond());
      node.put("no_verdict", each.noVerdict());
    });
    object.put("without_reference", withoutReference);
    object.put("differ", differences.size());
    ArrayNode list = object.putArray("differences");
    for (Difference each : differences.subList(0, Math.min(IN_JSON, differences.size()))) {
      list.addObject()
          .put("problem", each.problem())
          .put("suite", each.suite())
          .put("response", each.response())
          .put("rule", each.rule())
          .put("said", each.said());
    }
    return object;
  }
}

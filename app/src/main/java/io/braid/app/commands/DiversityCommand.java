package io.braid.app.commands;

import io.braid.UserError;
import io.braid.app.terminal.Progress;
import io.braid.app.terminal.TextTable;
import io.braid.eval.Interval;
import io.braid.eval.judge.DiversityJudge;
import io.braid.eval.judge.DiversitySummary;
import io.braid.eval.judge.EvaluationRecord;
import io.braid.eval.judge.RecordDiversity;
import io.braid.eval.judge.RecordDiversity.Scored;
import io.braid.remote.ChatModel;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid diversity}. */
@Command(
    name = "diversity",
    description =
        "Lets a language model score from 1 to 5 how diverse an evaluation's solutions to each"
            + " problem are.")
public final class DiversityCommand extends JudgingCommand {
  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      description = "An OpenAI-compatible service, such as http://127.0.0.1:8000/v1.")
  private Optional<URI> endpoint = Optional.empty();

  @Option(
      names = "--endpoint-model",
      paramLabel = "NAME",
      description = "The model's name at the service.")
  private Optional<String> endpointModel = Optional.empty();

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "A model directory, instead of a service.")
  private Optional<Path> model = Optional.empty();

  @Option(
      names = "--correct-only",
      description = "Score only the correct responses, of problems that have at least two.")
  private boolean correctOnly;

  @Option(
      names = "--most-responses",
      defaultValue = "16",
      description =
          "The maximum number of responses to a problem that are compared (default:"
              + " ${DEFAULT-VALUE}).")
  private int mostResponses;

  @Option(
      names = "--response-chars",
      defaultValue = "1500",
      description =
          "How many characters of each response the judge sees (default: ${DEFAULT-VALUE}).")
  private int responseChars;

  @Override
  public Integer call() {
    List<EvaluationRecord> records = EvaluationRecord.read(records());
    Path out = out(EvaluationRecord.file(records()), "diversity.jsonl");
    show(DiversitySummary.bySuite(scored(records, out), seed()), out);
    return 0;
  }

  private List<Scored> scored(List<EvaluationRecord> records, Path out) {
    try (ChatModel judge = open();
        Progress progress = Progress.start("diversity", 0, records.size())) {
      return new RecordDiversity(
              new DiversityJudge(judge, asking(), mostResponses, responseChars),
              correctOnly,
              atOnce(judge))
          .run(records, out, done -> progress.at(done, ""));
    }
  }

  private ChatModel open() {
    if (endpoint.isPresent() == model.isPresent()) {
      throw new UserError("--endpoint, --model: give one of the two");
    }
    if (endpoint.isPresent() != endpointModel.isPresent()) {
      throw new UserError("--endpoint, --endpoint-model: give both or none");
    }
    return model
        .map(this::local)
        .orElseGet(() -> remote(endpoint.orElseThrow(), endpointModel.orElseThrow()));
  }

  private void show(Map<String, DiversitySummary> summaries, Path out) {
    TextTable table =
        new TextTable(
            "suite", "scored", "diversity", "low", "high", "no score", "too few responses");
    ObjectNode object = JsonMapper.shared().createObjectNode();
    ObjectNode suites = object.putObject("suites");
    summaries.forEach((suite, each) -> {
      table.row(
          List.of(
              plain(suite),
              Integer.toString(each.scored()),
              cell(each, Interval::mean),
              cell(each, Interval::low),
              cell(each, Interval::high),
              Integer.toString(each.noScore()),
              Integer.toString(each.tooFew())));
      ObjectNode node = suites.putObject(suite);
      node.put("scored", each.scored());
      each.score().ifPresent(score -> put(node, "diversity", score));
      node.put("no_score", each.noScore());
      node.put("too_few", each.tooFew());
    });
    say(table.toString());
    say("→ " + out);
    answer(object);
  }

  private static String cell(DiversitySummary summary, ToDoubleFunction<Interval> value) {
    return summary.score().map(score -> number(value.applyAsDouble(score))).orElse("-");
  }
}

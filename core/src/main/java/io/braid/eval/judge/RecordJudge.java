package io.braid.eval.judge;

import io.braid.eval.judge.EvaluationRecord.Response;
import io.braid.verify.judge.Asking.Asked;
import io.braid.verify.judge.CorrectnessJudge;
import io.braid.verify.judge.Fingerprint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Has a language model judge every response in an evaluation, and stores the verdicts in a file.
 */
public final class RecordJudge {
  private final CorrectnessJudge judge;
  private final int atOnce;

  /**
   * Creates a judge of evaluation records.
   *
   * @param atOnce number of problems judged at once
   */
  public RecordJudge(CorrectnessJudge judge, int atOnce) {
    this.judge = judge;
    this.atOnce = atOnce;
  }

  /**
   * The judge's opinion of a response.
   *
   * @param correct the judge's verdict; empty if it gave none
   * @param said last line of the judge's reply, not trusted
   */
  public record Opinion(Optional<Boolean> correct, String said) {}

  /**
   * A record with the judge's opinions.
   *
   * @param opinions one opinion per response
   */
  public record Judged(EvaluationRecord record, List<Opinion> opinions) {}

  /** A judged record, its key, and whether it still has to be written to the file. */
  private record Result(String key, Judged judged, boolean fresh) {}

  /**
   * Judges all records with a reference whose verdicts the file does not contain yet.
   *
   * @param out file of the verdicts; stored verdicts are reused if the judge's name, its settings
   *     and the prompts are the same
   * @param progress receives the number of finished records
   * @throws io.braid.UserError if the judge stays unavailable; the file then contains the verdicts
   *     so far
   */
  public List<Judged> run(List<EvaluationRecord> records, Path out, IntConsumer progress) {
    List<EvaluationRecord> judgeable =
        records.stream().filter(record -> !record.reference().isBlank()).toList();
    List<Judged> judged = new ArrayList<>();
    try (ResultLines lines = ResultLines.open(out)) {
      OrderedTasks.each(
          judgeable,
          atOnce,
          record -> result(lines, record),
          result -> {
            if (result.fresh()) {
              lines.add(result.key(), json(result.judged()));
            }
            judged.add(result.judged());
            progress.accept(judged.size());
          });
    }
    return judged;
  }

  private Result result(ResultLines lines, EvaluationRecord record) {
    String key = key(record);
    return lines
        .get(key)
        .flatMap(line -> read(line, record))
        .map(judged -> new Result(key, judged, false))
        .orElseGet(() -> new Result(key, new Judged(record, opinions(record)), true));
  }

  private List<Opinion> opinions(EvaluationRecord record) {
    List<Opinion> opinions = new ArrayList<>();
    for (Response response : record.responses()) {
      opinions.add(
          response.text().isBlank()
              ? new Opinion(Optional.of(false), "nothing to judge")
              : opinion(judge.judge(record.question(), record.reference(), response.text())));
    }
    return opinions;
  }

  private static Opinion opinion(Asked<Boolean> asked) {
    return new Opinion(asked.answer(), asked.said());
  }

  private String key(EvaluationRecord record) {
    List<String> texts = new ArrayList<>();
    texts.add(judge.model().name());
    texts.add(judge.asking().toString());
    texts.add(record.suite());
    texts.add(record.problem());
    record
        .responses()
        .forEach(response ->
            texts.add(judge.prompt(record.question(), record.reference(), response.text())));
    return Fingerprint.of(texts);
  }

  /** Parses a line; empty if its number of opinions does not fit the record. */
  private static Optional<Judged> read(JsonNode line, EvaluationRecord record) {
    List<Opinion> opinions = new ArrayList<>();
    for (JsonNode each : line.path("opinions")) {
      JsonNode verdict = each.path("judge");
      opinions.add(
          new Opinion(
              verdict.isBoolean() ? Optional.of(verdict.booleanValue()) : Optional.empty(),
              each.path("said").asString("")));
    }
    return opinions.size() == record.responses().size()
        ? Optional.of(new Judged(record, List.copyOf(opinions)))
        : Optional.empty();
  }

  private ObjectNode json(Judged judged) {
    ObjectNode line = JsonMapper.shared().createObjectNode();
    line.put("problem", judged.record().problem());
    line.put("suite", judged.record().suite());
    line.put("model", judge.model().name());
    ArrayNode opinions = line.putArray("opinions");
    for (int r = 0; r < judged.opinions().size(); r++) {
      Opinion opinion = judged.opinions().get(r);
      ObjectNode node = opinions.addObject();
      node.put("rule", judged.record().responses().get(r).correct());
      opinion
          .correct()
          .ifPresentOrElse(verdict -> node.put("judge", verdict), () -> node.putNull("judge"));
      node.put("said", opinion.said());
    }
    return line;
  }
}

package io.braid.eval.judge;

import io.braid.eval.judge.EvaluationRecord.Response;
import io.braid.verify.judge.Asking.Asked;
import io.braid.verify.judge.Fingerprint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Scores the diversity of the responses to each problem and stores the scores in a file. */
public final class RecordDiversity {
  private static final int FEWEST = 2;
  private static final int HIGHEST = 5;

  private final DiversityJudge judge;
  private final boolean correctOnly;
  private final int atOnce;

  /**
   * Creates a scorer of evaluation records.
   *
   * @param correctOnly whether to leave out responses that the rule calls wrong
   * @param atOnce number of problems scored at once
   */
  public RecordDiversity(DiversityJudge judge, boolean correctOnly, int atOnce) {
    this.judge = judge;
    this.correctOnly = correctOnly;
    this.atOnce = atOnce;
  }

  /**
   * The diversity result for a problem.
   *
   * @param suite name of the problem's suite
   * @param shown number of responses that the judge saw; 0 if there are fewer than two
   * @param score 1 to 5; empty if the judge gave no score or was not asked
   */
  public record Scored(String suite, int shown, Optional<Integer> score) {
    /** Returns whether there were enough responses to ask the judge. */
    public boolean asked() {
      return shown >= FEWEST;
    }
  }

  /** A problem and the responses to compare. */
  private record Compared(EvaluationRecord record, List<String> responses) {}

  /** A result, its key and, if the result is new, its line for the file. */
  private record Result(String key, Scored scored, Optional<ObjectNode> line) {}

  /**
   * Scores all problems whose scores the file does not contain yet.
   *
   * @param out file of the scores; a stored score is reused if the judge's name, its settings and
   *     the prompt are the same
   * @param progress receives the number of finished problems
   * @throws io.braid.UserError if the judge stays unavailable; the file then contains the scores so
   *     far
   */
  public List<Scored> run(List<EvaluationRecord> records, Path out, IntConsumer progress) {
    List<Scored> scored = new ArrayList<>();
    try (ResultLines lines = ResultLines.open(out)) {
      OrderedTasks.each(
          records,
          atOnce,
          record -> result(lines, compared(record)),
          each -> {
            each.line().ifPresent(line -> lines.add(each.key(), line));
            scored.add(each.scored());
            progress.accept(scored.size());
          });
    }
    return scored;
  }

  private Compared compared(EvaluationRecord record) {
    return new Compared(
        record,
        record.responses().stream()
            .filter(response -> !correctOnly || response.correct())
            .map(Response::text)
            .filter(text -> !text.isBlank())
            .limit(judge.mostResponses())
            .toList());
  }

  private Result result(ResultLines lines, Compared compared) {
    EvaluationRecord record = compared.record();
    int shown = compared.responses().size();
    if (shown < FEWEST) {
      return new Result("", new Scored(record.suite(), 0, Optional.empty()), Optional.empty());
    }
    String prompt = judge.prompt(record.question(), compared.responses());
    String key =
        Fingerprint.of(
            List.of(
                judge.model().name(),
                judge.asking().toString(),
                record.suite(),
                record.problem(),
                prompt));
    Optional<JsonNode> known = lines.get(key);
    if (known.isPresent()) {
      Scored scored = new Scored(record.suite(), shown, read(known.get()));
      return new Result(key, scored, Optional.empty());
    }
    Asked<Integer> asked = judge.score(record.question(), compared.responses());
    return new Result(
        key, new Scored(record.suite(), shown, asked.answer()), Optional.of(line(compared, asked)));
  }

  private static Optional<Integer> read(JsonNode line) {
    int score = line.path("score").asInt(0);
    return score >= 1 && score <= HIGHEST ? Optional.of(score) : Optional.empty();
  }

  private ObjectNode line(Compared compared, Asked<Integer> asked) {
    ObjectNode line = JsonMapper.shared().createObjectNode();
    line.put("problem", compared.record().problem());
    line.put("suite", compared.record().suite());
    line.put("model", judge.model().name());
    line.put("responses", compared.responses().size());
    asked.answer().ifPresentOrElse(score -> line.put("score", score), () -> line.putNull("score"));
    line.put("said", asked.said());
    return line;
  }
}

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

/** Has the responses to each problem of an evaluation scored, and remembers it in a file. */
public final class RecordDiversity {
  private static final int FEWEST = 2;
  private static final int HIGHEST = 5;

  private final DiversityJudge judge;
  private final boolean correctOnly;
  private final int atOnce;

  /**
   * A judge of records.
   *
   * @param correctOnly whether responses that the rule calls wrong are left out
   * @param atOnce how many problems are worked on at once
   */
  public RecordDiversity(DiversityJudge judge, boolean correctOnly, int atOnce) {
    this.judge = judge;
    this.correctOnly = correctOnly;
    this.atOnce = atOnce;
  }

  /**
   * What came of a problem.
   *
   * @param suite the problem's suite
   * @param shown how many responses the judge was shown; 0 where there are fewer than two
   * @param score 1 to 5; none where the judge gave none, or was not asked
   */
  public record Scored(String suite, int shown, Optional<Integer> score) {
    /** Whether there were responses enough to ask. */
    public boolean asked() {
      return shown >= FEWEST;
    }
  }

  /** A problem with the responses that are compared. */
  private record Compared(EvaluationRecord record, List<String> responses) {}

  /** A result and the line that remembers it. */
  private record Result(String key, Scored scored, Optional<ObjectNode> line) {}

  /**
   * Scores all problems, but for those that the file holds already.
   *
   * @param out the file of what was scored; a line is the same judge's word on the same responses
   *     when the judge's name, all that it is asked and how are the same
   * @param progress told how many problems are done
   * @throws io.braid.UserError when the judge stays away; what was scored is in the file then
   */
  public List<Scored> run(List<EvaluationRecord> records, Path out, IntConsumer progress) {
    List<Scored> scored = new ArrayList<>();
    try (ResultLines lines = ResultLines.open(out)) {
      InTurn.each(
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

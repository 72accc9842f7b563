package io.braid.run.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.eval.codeforces.CodeforcesRating;
import io.braid.eval.suite.Suite;
import io.braid.input.DataRecipe;
import io.braid.input.PromptRecipe;
import io.braid.task.CodeTests;
import io.braid.task.Problem;
import io.braid.verify.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeforcesRatingTest {
  @TempDir private Path directory = Path.of("");

  @BeforeEach
  void write() throws IOException {
    write("codeforces_metadata_cf.json", "[\"1971A\", \"1971B\", \"1972D1\"]");
    write("codeforces_ratings_2024.json", "{\"-5\": 1, \"1500\": 3, \"2000\": 4}");
    // 1971A by the second attempt, 1971B never, 1972D1 always.
    record(0, false, true);
    record(1, false, false);
    record(2, true, true);
  }

  @Test
  void fromTheProblemsRatings() throws IOException {
    Path ratings = write("ratings.json", "{\"1971A\": 1500, \"1971B\": 1600, \"1972D1\": 1400}");

    CodeforcesRating rating = ofProblems(ratings);

    // Of three one and a half, symmetric about 1500.
    assertThat(rating.rating()).isCloseTo(1500, within(1e-6));
    assertThat(rating.of()).isEqualTo(3);
    assertThat(rating.method()).isEqualTo(CodeforcesRating.Method.PROBLEMS);
    assertThat(rating.percentile().orElseThrow()).isBetween(1 / 8.0, 4 / 8.0);
  }

  @Test
  void fromTheAnswerOfTheApi() throws IOException {
    Path ratings =
        write(
            "problems.json",
            """
            {"status": "OK", "result": {"problems": [
              {"contestId": 1971, "index": "A", "rating": 1700},
              {"contestId": 1971, "index": "B"},
              {"contestId": 9, "index": "A", "rating": 900}]}}
            """);

    CodeforcesRating rating = ofProblems(ratings);

    assertThat(rating.rating()).isCloseTo(1700, within(1e-6));
    assertThat(rating.of()).isEqualTo(1);
    assertThat(rating.percentile()).hasValue(4 / 8.0);
  }

  @Test
  void fromContests() throws IOException {
    Path contests = Files.createDirectories(directory.resolve("contests"));
    contest(contests, "1971");

    List<CodeforcesRating> ratings =
        SuiteEvaluation.codeforces(
            directory, benchmark(3), Optional.empty(), Optional.of(contests));

    // 1000 - 50 points: of 201 people rated 1500 with 2010, 2000, … points, place 107:
    // 106 = 201 chance, 1500 + 400 log10(95 / 106) = 1481.0.
    assertThat(ratings)
        .containsExactly(
            new CodeforcesRating(
                1480, OptionalDouble.of(1 / 8.0), 1, CodeforcesRating.Method.CONTESTS));
  }

  @Test
  void withoutAHistogramThereIsNoPercentile() throws IOException {
    Files.delete(directory.resolve("codeforces_ratings_2024.json"));

    assertThat(ofProblems(write("r.json", "{\"1971A\": 1500}")).percentile()).isEmpty();
  }

  @Test
  void missingPartsAreReported() throws IOException {
    Path none = write("none.json", "{\"1A\": 800}");
    assertThatThrownBy(() -> ofProblems(none))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("none.json: has no rating for any problem of the suite");
    assertThatThrownBy(() ->
            SuiteEvaluation.codeforces(
                directory, benchmark(3), Optional.empty(), Optional.of(directory)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("1971.standings.json");
    assertThatThrownBy(() ->
            SuiteEvaluation.codeforces(
                directory, benchmark(2), Optional.of(none), Optional.empty()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has 3 ids")
        .hasMessageContaining("has 2 problems");
    write("codeforces_metadata_cf.json", "[1, ");
    assertThatThrownBy(() -> ofProblems(none))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("codeforces_metadata_cf.json: cannot be read as JSON");
    Files.delete(directory.resolve("codeforces_metadata_cf.json"));
    assertThatThrownBy(() -> ofProblems(none))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("there is no codeforces_metadata_cf.json or metadata_cf.json");
  }

  // ---- making ---------------------------------------------------------------------------------

  private CodeforcesRating ofProblems(Path ratings) {
    List<CodeforcesRating> all =
        SuiteEvaluation.codeforces(directory, benchmark(3), Optional.of(ratings), Optional.empty());
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  private Benchmark benchmark(int problems) {
    return new Benchmark(
        Suite.CODEFORCES,
        Optional.of(Suite.named(Suite.CODEFORCES)),
        new EvaluationRecipe(
            DataRecipe.of(directory.resolve("codeforces.json").toString()),
            Optional.empty(),
            PromptRecipe.of("none"),
            Rule.LENIENT,
            2,
            1,
            1,
            0,
            Optional.empty()),
        IntStream.range(0, problems)
            .mapToObj(p ->
                new Problem("p" + p, "?", new CodeTests.Assertions("", List.of("assert True"))))
            .toList());
  }

  private void record(int index, boolean... right) {
    try (EvaluationRecords records = EvaluationRecords.open(directory.resolve("records.jsonl"))) {
      records.append(
          new ProblemRecord(
              Suite.CODEFORCES,
              index,
              "p" + index,
              "?",
              "1 test",
              IntStream.range(0, right.length)
                  .mapToObj(r ->
                      new ProblemRecord.Judged(
                          "", 1, true, Optional.empty(), right[r], right[r] ? 1 : 0, ""))
                  .toList()));
    }
  }

  /** 201 people rated 1500, and one who was not rated. */
  private static void contest(Path contests, String number) throws IOException {
    StringBuilder rows =
        new StringBuilder("{\"party\":{\"members\":[{\"handle\":\"x\"}]},\"points\":9999}");
    StringBuilder changes = new StringBuilder("{\"handle\":\"gone\",\"oldRating\":3000}");
    for (int n = 0; n < 201; n++) {
      rows.append(
          ",{\"party\":{\"members\":[{\"handle\":\"h%d\"}]},\"points\":%d,\"penalty\":0}"
              .formatted(n, 2010 - 10 * n));
      changes.append(",{\"handle\":\"h%d\",\"oldRating\":1500}".formatted(n));
    }
    Files.writeString(
        contests.resolve(number + ".standings.json"),
        """
        {"status":"OK","result":{"problems":[
          {"contestId":%1$s,"index":"A","points":1000.0},
          {"contestId":%1$s,"index":"B","points":1500.0}],"rows":[%2$s]}}
        """
            .formatted(number, rows));
    Files.writeString(
        contests.resolve(number + ".ratingChanges.json"),
        "{\"status\":\"OK\",\"result\":[%s]}".formatted(changes));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }
}

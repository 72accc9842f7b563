package io.braid.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.SharedData;
import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemFileTest {
  @TempDir Path folder;

  private Path file(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), List.of(lines));
  }

  private static List<String> answers(List<Problem> problems) {
    return problems.stream()
        .map(problem -> ((Reference.Text) problem.reference()).answer())
        .toList();
  }

  @Test
  void workedSolutionsAreReducedToTheirFinalAnswers() throws IOException {
    Path file =
        file(
            "mixed.jsonl",
            "{\"question\": \"6*7?\", \"answer\": \"6*7=<<6*7=42>>42\\n#### 42\"}",
            "",
            "{\"problem\": \"half?\", \"solution\": \"So \\\\boxed{1} or"
                + " \\\\boxed{\\\\frac{1}{2}}.\"}",
            "{\"prompt\": \"both?\", \"solution\": \"long\", \"answer\": 142.0}",
            "{\"prompt\": \"list?\", \"answer\": [\"1\", 2]}",
            "{\"prompt\": \"date?\", \"answer\": \"2024-01-05\"}");
    List<Problem> problems = ProblemFile.read(file);
    assertThat(answers(problems))
        .containsExactly("42", "\\frac{1}{2}", "142.0", "1, 2", "2024-01-05");
    assertThat(problems.getFirst().question()).isEqualTo("6*7?");
  }

  @Test
  void anArrayIsReadLikeLines() throws IOException {
    Path lines =
        file("a.jsonl", "{\"question\":\"a\",\"answer\":1}", "{\"question\":\"b\",\"answer\":2}");
    Path array =
        file(
            "a.json", "[{\"question\":\"a\",\"answer\":1},", " {\"question\":\"b\",\"answer\":2}]");
    assertThat(ProblemFile.read(array)).isEqualTo(ProblemFile.read(lines)).hasSize(2);
  }

  @Test
  void parquetIsReadLikeLinesEvenWithAPatternOrAQuoteInItsName() throws IOException {
    Path lines = file("a.jsonl", "{\"question\":\"a\",\"answer\":\"1\"}");
    for (String name : List.of("a.parquet", "a[1]*.parquet", "it's; --.parquet")) {
      Path parquet = Resources.copy("records/question.parquet", folder.resolve(name));
      assertThat(ProblemFile.read(parquet)).isEqualTo(ProblemFile.read(lines));
    }
  }

  @Test
  void idsAreStableAndUnique() throws IOException {
    String a = "{\"question\":\"a\",\"answer\":1,\"key\":\"k1\"}";
    String b = "{\"question\":\"b\",\"answer\":1,\"key\":\"k2\"}";
    List<Problem> problems = ProblemFile.read(file("1.jsonl", a, b, a));
    assertThat(problems.stream().map(Problem::id).distinct()).hasSize(3);
    assertThat(ProblemFile.read(file("2.jsonl", b, a)))
        .containsExactly(problems.get(1), problems.get(0));

    ProblemFields named = new ProblemFields(Optional.empty(), Optional.empty(), Optional.of("key"));
    assertThat(ProblemFile.read(file("3.jsonl", a, b), named))
        .extracting(Problem::id)
        .containsExactly("k1", "k2");
    assertThatThrownBy(() -> ProblemFile.read(file("4.jsonl", a, b, a), named))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("4.jsonl line 3: the id 'k1'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"question\":\"a\",\"answer\":1}§{\"question\":\"a\", | line 2 is malformed JSON",
        "[{\"question\":\"a\",\"answer\":1},§{\"question\":] | line 2 is malformed JSON",
        "{\"question\":\"a\",\"answer\":1} x | line 1 is malformed JSON",
        "7 | line 1 is not a JSON object",
        "[7] | record 1 is not a JSON object",
        "{\"questoin\":\"a\",\"answer\":1} | did you mean questoin? There are questoin, answer",
        "{\"question\":\"a\",\"reply\":1} | line 1 has no answer: it has none of the keys"
            + " ground_truth, answer, final_answer",
        "{\"question\":{\"a\":1},\"answer\":1} | the value of 'question' is not text",
        "{\"question\":\"a\",\"answer\":null} | has both a question and an answer",
        "~~ | it is empty",
        "[] | it is empty",
        "{\"numbers\":[1,2,3,4,5,6],\"target\":9} | line 1: a Countdown problem must have 2 to"
            + " 5 numbers",
        "{\"numbers\":[1,2],\"target\":3,\"sameness\":\"oder\"} | sameness is 'oder'; did you mean"
            + " order?"
      })
  void errorsInAFileAreReportedWithTheirLocation(String content, String message)
      throws IOException {
    Path file = file("bad.json", content.split("§"));
    assertThatThrownBy(() -> ProblemFile.read(file))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("bad.json")
        .hasMessageContaining(message);
  }

  @Test
  void theErrorForAMissingKeyListsTheKeysAndSuggestsOne() throws IOException {
    Path file = file("a.jsonl", "{\"question\":\"a\",\"answer\":1}");
    assertThatThrownBy(() -> ProblemFile.read(file, ProblemFields.of("qestion", "answer")))
        .isInstanceOf(UserError.class)
        .hasMessageEndingWith(
            "a.jsonl line 1 has no key 'qestion'; did you mean question? There are question,"
                + " answer");
  }

  @Test
  void missingUnsupportedAndDamagedFilesAreReported() throws IOException {
    assertThatThrownBy(() -> ProblemFile.read(folder.resolve("none.jsonl")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("none.jsonl does not exist");
    assertThatThrownBy(() -> ProblemFile.read(folder))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("is a directory without data files");
    assertThatThrownBy(() -> ProblemFile.read(file("a.xml", "a,b")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(
            "none of .jsonl, .json, .csv, .tsv (these also as .gz or .zst), .parquet");
    assertThatThrownBy(() -> ProblemFile.read(file("a.parquet", "no parquet")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("a.parquet is not Parquet");
    Path latin = folder.resolve("latin.jsonl");
    Files.write(latin, new byte[] {'{', '"', (byte) 0xe9, '"'});
    assertThatThrownBy(() -> ProblemFile.read(latin))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("is not UTF-8");
    assertThatThrownBy(() -> ProblemFile.read(file("deep.jsonl", "[".repeat(100_000))))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("malformed");
  }

  @ParameterizedTest
  @CsvSource({"'countdown:solutions=2,sameness=order'", "'countdown:phrasing=words,max=9'"})
  void countdownProblemsAreReadBackUnchanged(String spec) {
    List<Problem> problems = Tasks.named(spec).source().problems(Split.TEST, 15);
    Path file = folder.resolve("countdown.jsonl");
    CountdownFile.write(file, problems, new CountdownSolver());
    assertThat(ProblemFile.read(file)).isEqualTo(problems);
  }

  @Test
  void numbersAndTargetSufficeForACountdownProblem() throws IOException {
    Path file = file("c.jsonl", "{\"numbers\":[7,3,5],\"target\":56}");
    assertThat(ProblemFile.read(file))
        .containsExactly(new Countdown(List.of(3, 5, 7), 56).asked(Phrasing.COMPACT));
  }

  /** Of the 7,474 records of MATH, four have no answer. */
  @ParameterizedTest
  @CsvSource({
    "gsm8k_test.jsonl, 1319, 18",
    "gsm8k_train.jsonl, 7473, 72",
    "flowrl_train_math.json, 7470, 0",
    "flowrl_test_math500.json, 500, '\\left( 3, \\frac{\\pi}{2} \\right)'",
    "flowrl_test_amc.json, 83, 142.0",
    "flowrl_test_olympiadbench.json, 675, 2"
  })
  void publishedDataSetsAreRead(String name, int count, String firstAnswer) {
    List<Problem> problems = ProblemFile.read(SharedData.file(name));
    assertThat(problems).hasSize(count);
    assertThat(answers(problems).getFirst()).isEqualTo(firstAnswer);
    assertThat(problems.stream().map(Problem::id).distinct()).hasSize(count);
  }
}

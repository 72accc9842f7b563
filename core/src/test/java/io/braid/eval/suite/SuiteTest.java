package io.braid.eval.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.SharedData;
import io.braid.UserError;
import io.braid.task.CodeTests;
import io.braid.task.Problem;
import io.braid.task.ProblemFile;
import io.braid.task.Reference;
import io.braid.text.PromptFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuiteTest {
  @TempDir private Path directory = Path.of("");

  @ParameterizedTest
  @CsvSource({
    "aime24, flowrl_test_aime24.json, 30",
    "aime24, rlfr_aime.arrow, 30",
    "aime25, rlfr_aime25.arrow, 30",
    "amc, flowrl_test_amc.json, 83",
    "amc, rlfr_amc.arrow, 83",
    "math500, flowrl_test_math500.json, 500",
    "math500, rlfr_math.arrow, 500",
    "minerva, flowrl_test_minerva.json, 272",
    "minerva, rlfr_minerva.arrow, 272",
    "olympiadbench, flowrl_test_olympiadbench.json, 675",
    "olympiadbench, rlfr_olympiad_bench.arrow, 675",
    "gsm8k, gsm8k_test.jsonl, 1319",
    "humaneval, HumanEval.jsonl.gz, 164",
    "mbpp, mbpp.jsonl, 974",
    "codeforces, flowrl_test_codeforces.json, 408",
    "code_contests, flowrl_test_code_contests.json, 165",
    "leetcode, flowrl_test_leetcode.json, 200",
  })
  void everyFileHasThePublishedProblems(String name, String file, int rows) {
    Path path = SharedData.file(file);
    Suite suite = Suite.named(name);

    List<Problem> problems = ProblemFile.read(path);

    assertThat(problems).hasSize(rows);
    assertThat(suite.rows()).hasValue(rows);
    assertThat(suite.warning(path, problems)).isEmpty();
    assertThat(problems).extracting(Problem::id).doesNotHaveDuplicates();
    assertThat(problems)
        .extracting(Problem::reference)
        .allMatch(
            suite.asking().equals(Asking.MATH) || name.equals("gsm8k")
                ? Reference.Text.class::isInstance
                : CodeTests.class::isInstance);
  }

  @Test
  void findsEverySuiteInADirectoryWithAllFiles() {
    Path shared = SharedData.file("flowrl_test_aime24.json");
    Path all = Optional.ofNullable(shared.getParent()).orElseThrow();

    for (String name :
        List.of(
            "aime24",
            "aime25",
            "amc",
            "math500",
            "minerva",
            "olympiadbench",
            "gsm8k",
            "humaneval",
            "mbpp",
            "codeforces",
            "code_contests",
            "leetcode")) {
      assertThat(Suite.named(name).in(all)).isRegularFile();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "aime24, aime/data-00000-of-00001.arrow",
    "math500, math/math.json",
    "olympiadbench, olympiad_bench/data-00000-of-00001.arrow",
    "aime24, aime_2024/data/train-00000-of-00001.parquet",
    "gsm8k, gsm8k/main/test-00000-of-00001.parquet",
    "humanevalplus, humanevalplus/data/test-00000-of-00001-5973903632b82d40.parquet",
    "livecodebench, code_data/test_livecodebench.json",
    "codeforces, code/codeforces.json",
  })
  void findsFilesInTheLayoutsOfPublishedRepositories(String suite, String name) throws IOException {
    Path file = make(name);

    assertThat(Suite.named(suite).in(directory)).isEqualTo(file);
  }

  @Test
  void theFirstOfSeveralFilesWins() throws IOException {
    make("aime/data-00000-of-00001.arrow");
    make("aime.json");
    Path plain = make("aime24.jsonl");

    assertThat(Suite.named("aime24").in(directory)).isEqualTo(plain);
  }

  @Test
  void doesNotTakeAnotherSuitesFile() throws IOException {
    make("aime25.jsonl");
    make("aime24.txt");
    Files.createDirectories(directory.resolve("aime24.parquet"));

    assertThatThrownBy(() -> Suite.named("aime24").in(directory))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("suite aime24: " + directory + " contains none of aime24.jsonl, ")
        .hasMessageContaining("aime_2024/data/train-*.parquet")
        .hasMessageEndingWith(
            "get its problems from HuggingFaceH4/aime_2024 on the Hugging Face hub, or name the"
                + " file with --suite aime24=FILE");
  }

  @Test
  void namesAMissingDirectory() {
    assertThatThrownBy(() -> Suite.named("amc").in(directory.resolve("nowhere")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("nowhere does not exist; --suites must name the directory");
  }

  @Test
  void suggestsTheNearestSuiteName() {
    assertThatThrownBy(() -> Suite.named("olympiad_bench"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no suite 'olympiad_bench'; did you mean 'olympiadbench'?");
  }

  @Test
  void warnsOfAnotherNumberOfProblems() {
    Suite suite = Suite.named("aime24");
    List<Problem> two =
        Stream.of("a", "b").map(id -> new Problem(id, "?", new Reference.Text("1"))).toList();

    assertThat(suite.warning(Path.of("my.json"), two))
        .hasValueSatisfying(text ->
            assertThat(text).contains("my.json has 2 problems, the published suite has 30"));
    assertThat(Suite.named("livecodebench").rows()).isEqualTo(OptionalInt.empty());
    assertThat(Suite.named("livecodebench").warning(Path.of("my.json"), two)).isEmpty();
  }

  @Test
  void theListIsConsistent() {
    assertThat(Suite.all()).extracting(Suite::name).doesNotHaveDuplicates();
    for (Suite suite : Suite.all()) {
      assertThat(suite.name()).matches("[a-z0-9_]+");
      assertThat(suite.files()).isNotEmpty().doesNotHaveDuplicates();
      assertThat(PromptFormat.named(suite.asking().chat())).isInstanceOf(PromptFormat.Chat.class);
      assertThat(PromptFormat.named(suite.asking().plain())).isInstanceOf(PromptFormat.Fixed.class);
    }
    assertThat(
            Suite.all().stream()
                .flatMap(suite -> suite.files().stream())
                .collect(Collectors.groupingBy(file -> file, Collectors.counting())))
        .as("a file belongs to one suite")
        .allSatisfy((file, times) -> assertThat(times).isEqualTo(1));
    assertThat(Suite.named("gsm8k").asking()).isEqualTo(new Asking("chat_box", "box", 1, 0, 1));
    assertThat(Suite.named("aime24").asking())
        .isEqualTo(new Asking("chat_box", "box", 16, 0.6, 0.95));
  }

  private Path make(String name) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(Optional.ofNullable(file.getParent()).orElseThrow());
    return Files.writeString(file, "");
  }
}

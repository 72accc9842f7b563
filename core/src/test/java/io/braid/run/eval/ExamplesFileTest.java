package io.braid.run.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.SettingError;
import io.braid.UserError;
import io.braid.input.AskingRecipe;
import io.braid.input.DataRecipe;
import io.braid.input.PromptRecipe;
import io.braid.input.Prompting.LongPrompts;
import io.braid.recipe.Overlay;
import io.braid.recipe.Recipe;
import io.braid.run.eval.ProblemRecord.Judged;
import io.braid.run.eval.RightResponses.Candidate;
import io.braid.task.ProblemFields;
import io.braid.task.SftExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesFileTest {
  private static final RightResponses ALL =
      new RightResponses(Optional.empty(), /* distinct= */ false, /* shortest= */ false, 0);

  @TempDir private Path directory = Path.of("");

  @BeforeEach
  void settings() throws IOException {
    EvaluationRecipe plain = recipe("train.jsonl", "none", Optional.empty());
    EvaluationRecipe boxed = recipe("x_test.jsonl", "chat_box", Optional.of("be \"brief\""));
    Files.writeString(
        directory.resolve("settings.yaml"),
        Recipe.toYaml(new EvaluationPlan("m", 0, Map.of("train", plain, "x", boxed))));
  }

  private static EvaluationRecipe recipe(String data, String prompt, Optional<String> system) {
    EvaluationRecipe usual = Recipe.of(List.of(Overlay.of("data=" + data)), EvaluationRecipe.class);
    AskingRecipe asking =
        new AskingRecipe(
            system,
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            LongPrompts.DROP,
            Optional.empty());
    return new EvaluationRecipe(
        DataRecipe.of(data),
        Optional.empty(),
        new PromptRecipe(prompt, true, asking),
        usual.verifier(),
        4,
        1,
        1,
        0,
        Optional.empty());
  }

  private static Judged judged(String text, boolean finished, boolean correct) {
    int tokens = text.length();
    return new Judged(text, tokens, finished, Optional.empty(), correct, correct ? 1 : 0, "");
  }

  private void record(String suite, int index, Judged... responses) {
    append(
        new ProblemRecord(
            suite, index, "p" + index, "question " + index, "ref", List.of(responses)));
  }

  private void append(ProblemRecord record) {
    try (EvaluationRecords file =
        EvaluationRecords.open(directory.resolve(EvaluationRecords.NAME))) {
      file.append(record);
    }
  }

  private Path out() {
    return directory.resolve("out.jsonl");
  }

  private ExamplesFile.Result write(RightResponses which, String... suites) {
    return ExamplesFile.write(directory, Set.of(suites), which, out());
  }

  @Test
  void rightResponsesThatEndedAreWrittenAndTheRestIsCounted() throws IOException {
    record("train", 0, judged("a", true, true), judged("b", true, false), judged("c", false, true));
    record("train", 1, judged("d", true, false));
    record("train", 2, judged("e", false, true));
    record("train", 3, judged("f", true, true), judged(" f ", true, true));

    ExamplesFile.Result result = write(ALL, "train");

    assertThat(out())
        .content()
        .isEqualTo(
            """
            {"id":"train/p0","question":"question 0","response":"a"}
            {"id":"train/p3","question":"question 3","response":"f"}
            {"id":"train/p3","question":"question 3","response":" f "}
            """);
    assertThat(result)
        .isEqualTo(
            new ExamplesFile.Result(
                4,
                2,
                7,
                5,
                2,
                3,
                List.of(
                    "ask as in the eval, with prompt: none",
                    "the evaluation is not finished; eval --resume records the rest")));
    assertThat(SftExample.read(out(), ProblemFields.AUTO).stream().map(SftExample::response))
        .containsExactly("a", "f", "f");
  }

  @Test
  void testProblemsAndSuitesAskedInDifferentWaysAreSaid() throws IOException {
    Files.writeString(directory.resolve("evaluation.json"), "{}");
    record("train", 0, judged("a", true, true));
    record("x", 0, judged("b", true, true));

    assertThat(write(ALL, "x").notes())
        .containsExactly(
            "ask as in the eval, with prompt: chat_box and asking.system: \"be \\\"brief\\\"\"",
            "x: test problems; a model that learns from these examples must not be evaluated on"
                + " them");
    assertThat(write(ALL).notes())
        .hasSize(4)
        .contains("the suites were asked in different ways: write a file for each with --suite");
    assertThatThrownBy(() -> write(ALL, "y"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has no suite 'y'; it has ");
  }

  @Test
  void aChatIsWrittenWithItsMessages() throws IOException {
    Map<String, Object> system = Map.of("role", "system");
    append(
        new ProblemRecord(
            "train",
            0,
            "p",
            "two",
            "ref",
            List.of(system, Map.of("role", "user")),
            List.of(judged("yes", true, true))));
    write(ALL);

    assertThat(out())
        .content()
        .startsWith("{\"id\":\"train/p\",\"messages\":[{\"role\":\"system\"},{\"role\":\"user\"},")
        .contains("\"content\":\"yes\"");
  }

  /** A model would learn to answer questions about images that it does not see. */
  @Test
  void problemsWithImagesAreRefused() {
    append(
        new ProblemRecord(
            "visulogic",
            0,
            "p",
            "Which?",
            "A",
            List.of(),
            List.of(judged("A", true, true)),
            /* images= */ 1));
    assertThatThrownBy(() -> write(ALL))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("visulogic/p has images");
  }

  @Test
  void nothingRightLeavesNoFile() throws IOException {
    Files.writeString(out(), "before");
    record("train", 0, judged("a", false, true), judged("b", true, false));

    assertThatThrownBy(() -> write(ALL))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("none of its 2 responses to 1 problems is right and ended by the")
        .hasMessageContaining("(1 are right but reached the limit)");
    assertThat(out()).hasContent("before");
    assertThatThrownBy(() -> ExamplesFile.write(out(), Set.of(), ALL, out()))
        .hasMessageContaining("has no recorded responses")
        .hasMessageContaining("--out DIR");
  }

  @Test
  void theShortestAreTakenInTheirOrder() {
    List<Candidate> all =
        List.of(candidate("a  b", 3), candidate("long", 9), candidate("c", 1), candidate("a b", 3));

    assertThat(new RightResponses(Optional.of(2), false, true, 0).of("p", all))
        .containsExactly("a  b", "c");
    assertThat(new RightResponses(Optional.empty(), true, false, 0).of("p", all))
        .containsExactly("a  b", "long", "c");
    assertThatThrownBy(() -> new RightResponses(Optional.empty(), false, true, 0))
        .isInstanceOf(SettingError.class)
        .hasMessageContaining("--per-problem");
  }

  @Test
  void aRandomChoiceDependsOnSeedAndProblemOnly() {
    List<Candidate> all =
        IntStream.range(0, 9).mapToObj(i -> candidate(String.valueOf(i), 1)).toList();
    Set<List<String>> bySeed = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
    Set<List<String>> byProblem = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
    for (int i = 0; i < 20; i++) {
      RightResponses three = new RightResponses(Optional.of(3), false, false, i);
      List<String> taken = three.of("p", all);
      assertThat(taken).hasSize(3).isSorted().isEqualTo(three.of("p", all));
      bySeed.add(taken);
      byProblem.add(new RightResponses(Optional.of(3), false, false, 0).of("p" + i, all));
    }
    assertThat(bySeed).hasSizeGreaterThan(10);
    assertThat(byProblem).hasSizeGreaterThan(10);
  }

  private static Candidate candidate(String text, int tokens) {
    return new Candidate(text, tokens, /* finished= */ true, /* correct= */ true);
  }
}

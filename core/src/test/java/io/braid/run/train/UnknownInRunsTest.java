package io.braid.run.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.MetricValues;
import io.braid.UserError;
import io.braid.recipe.Recipe;
import io.braid.run.RunListener;
import io.braid.verify.Submission;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests how a run reports responses that could not be judged. */
class UnknownInRunsTest {
  @TempDir Path folder;

  private static final class Notices implements RunListener {
    private final List<String> texts = new ArrayList<>();

    @Override
    public void begins(String phase, int steps, int done) {}

    @Override
    public void stepped(int done, MetricValues metrics) {}

    @Override
    public void notice(String text) {
      texts.add(text);
    }

    @Override
    public void ends(String note) {}
  }

  private Notices run(String more) throws Exception {
    Path model =
        Path.of(Objects.requireNonNull(UnknownInRunsTest.class.getResource("digits")).toURI());
    Path data = folder.resolve("data.jsonl");
    Files.writeString(
        data,
        """
        {"question": "1,0:9,1", "answer": "8"}
        {"question": "2,0:9,1", "answer": "\\\\frac{1}{"}
        {"question": "3,0:9,1", "answer": "6"}
        {"question": "4,0:9,1", "answer": "???"}
        """);
    Path file =
        Files.writeString(
            folder.resolve("r.yaml"),
            """
            model: %s
            data: %s
            steps: 2
            prompts_per_step: 2
            rollout: {samples: 3, max_new_tokens: 4}
            saving: {}
            """
                    .formatted(model, data)
                + more);
    Notices notices = new Notices();
    PolicyRun.run(
        Recipe.read(file, List.of(), TrainRecipe.class), folder.resolve("run"), false, notices);
    return notices;
  }

  private List<JsonNode> lines(String name) throws Exception {
    return Files.readAllLines(folder.resolve("run").resolve(name)).stream()
        .map(JsonMapper.shared()::readTree)
        .toList();
  }

  @Test
  void unreadableReferencesAreDroppedAndNamedByLine() throws Exception {
    Notices notices = run("");
    assertThat(notices.texts)
        .anyMatch(text ->
            text.startsWith("2 of 4 problems are left out, because the verifier cannot read")
                && text.contains("data.jsonl line 2: the reference cannot be read: ")
                && text.contains("data.jsonl line 4: the reference cannot be read: "));
    assertThat(lines("samples/step-000001.jsonl"))
        .extracting(line -> line.path("prompt").asString())
        .allMatch(prompt -> prompt.startsWith("1,0") || prompt.startsWith("3,0"));
  }

  @Test
  void unreadableReferencesCanRefuseTheRun() {
    assertThatThrownBy(() -> run("unreadable: refuse\n"))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("the verifier cannot read the references of 2 of 4 problems: ")
        .hasMessageContaining("data.jsonl line 2")
        .hasMessageEndingWith("fix the data, or leave them out with unreadable=drop");
  }

  /** Cannot judge problems with an odd first term. */
  public static final class Half implements Verifier {
    @Override
    public Verdict judge(Submission submission) {
      return submission.problem().question().startsWith("1")
          ? Verdict.unknown(Optional.empty(), "an odd one")
          : new Verdict(0, false, Optional.empty(), "even");
    }
  }

  @Test
  void unknownVerdictsAreCountedAndRecorded() throws Exception {
    Notices notices =
        run("verifier: {type: custom, class: '%s'}\n".formatted(Half.class.getName()));
    List<JsonNode> rows = lines("unknown.jsonl");
    double share =
        lines("metrics.jsonl").stream().mapToDouble(l -> l.path("unknown_frac").asDouble()).sum();
    assertThat(rows).hasSize((int) Math.round(6 * share));
    assertThat(rows.getFirst().path("reference").asString()).isEqualTo("8");
    assertThat(rows.getFirst().path("reason").asString()).isEqualTo("an odd one");
    assertThat(notices.texts)
        .anyMatch(text -> text.contains(" responses could not be judged (an odd one); they get"))
        .anyMatch(text -> text.contains(" of 12 responses (") && text.contains("unknown.jsonl"));
  }
}

package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DryRunTest {
  @TempDir private Path directory = Path.of("");

  @BeforeEach
  void prepare() throws IOException {
    TinyModel.in(directory);
    Files.writeString(
        directory.resolve("data.jsonl"),
        """
        {"question": "1 2 =", "answer": "3"}
        {"question": "1 2 3 4 5 6 7 8 9 10 11 12 =", "answer": "78"}
        {"question": "2 : 2 =", "answer": "\\\\frac{"}
        {"question": "2 2 2 =", "answer": "6"}
        """);
    Files.writeString(
        directory.resolve("train.yaml"),
        """
        model: %1$s/model-111
        data: %1$s/data.jsonl
        unreadable: drop
        asking: {max_prompt_tokens: 8, long_prompts: drop}
        steps: 5
        prompts_per_step: 2
        rollout: {samples: 3, max_new_tokens: 8}
        """
            .formatted(directory));
  }

  private Terminal.Ended train(String... more) {
    String[] all = new String[more.length + 3];
    all[0] = "train";
    all[1] = directory.resolve("train.yaml").toString();
    all[2] = "--dry-run";
    System.arraycopy(more, 0, all, 3, more.length);
    return Terminal.here(all);
  }

  @Test
  void itSaysWhatWouldHappenAndLeavesNothingBehind() {
    Path out = directory.resolve("run");
    Terminal.Ended ended = train("--out", out.toString(), "--json");

    assertThat(ended.exit()).as(ended.err()).isZero();
    JsonNode found = JsonMapper.shared().readTree(ended.lastLine());
    assertThat(found.path("prompts").valueStream().map(JsonNode::asString))
        .containsExactlyInAnyOrder("1 2 =", "2 2 2 =");
    assertThat(
            found
                .path("rows")
                .valueStream()
                .map(row -> row.path("name").asString() + ": " + row.path("text").asString()))
        .contains(
            "problems: 3 from " + directory.resolve("data.jsonl"),
            "left out: 1 problem, because the verifier cannot read their references",
            "left out: 1 problem, because their prompts have more than 8 tokens",
            "prompts: 3 to 4 tokens, median 3; at most 8 fit",
            "a step: 2 prompts with 3 responses each, of at most 8 tokens; one optimizer step",
            "steps: 5, which ask 10 prompts: each problem 5.0 times",
            "writes: "
                + out
                + ": the model at the end; a checkpoint every 5 steps, of which 2 are"
                + " kept")
        .anyMatch(row -> row.startsWith("memory: about "))
        .anyMatch(row ->
            row.matches("time: a step takes (about|at most) .* with responses of 2 tokens .*"));
    assertThat(out).doesNotExist();
  }

  @Test
  void theUsualErrorsAreReported() throws IOException {
    Files.createDirectories(directory.resolve("full/checkpoints"));

    assertThat(train("data=nowhere.jsonl").exit()).isEqualTo(2);
    assertThat(train("--out", directory.resolve("full").toString()).err()).contains("is not empty");
    assertThat(train("--resume").err()).contains("leave out --resume");
  }

  @Test
  void supervisedTrainingHasOneToo() throws IOException {
    Files.writeString(
        directory.resolve("sft.yaml"),
        "model: %1$s/model-111\ndata: countdown:sameness=order\nsteps: 5\n".formatted(directory));
    Path out = directory.resolve("run");
    Terminal.Ended ended =
        Terminal.here(
            "sft", directory.resolve("sft.yaml").toString(), "--dry-run", "--out", out.toString());

    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("responses ", "memory ", "a step takes about", " → ");
    assertThat(out).doesNotExist();
  }
}

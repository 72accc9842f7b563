package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Runs by adapters from a recipe: what they leave, go on from, begin from and refuse. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdapterRunTest {
  private static final String RECIPE =
      """
      model: model-111
      data: countdown:solutions=2,sameness=order
      steps: 6
      prompts_per_step: 4
      rollout: {samples: 4, max_new_tokens: 8}
      loss: {type: flowrl, beta: 1.0}
      adapter: {rank: 4, alpha: 8, base: int8}
      optimizer: {learning_rate: 1e-2}
      saving: {checkpoint_every_steps: 3, keep: 2, samples_every_steps: 6}
      """;

  @TempDir private static Path directory = Path.of("");

  @BeforeAll
  void prepare() throws IOException {
    TinyModel.in(directory);
    Files.writeString(directory.resolve("lora.yaml"), RECIPE);
    Files.writeString(
        directory.resolve("sft.yaml"),
        """
        model: model-111
        data: countdown:sameness=order
        steps: 4
        batch_size: 4
        adapter: {rank: 2, targets: [q_proj, v_proj]}
        optimizer: {learning_rate: 1e-2}
        """);
  }

  private static Terminal.Ended train(String out, String... more) {
    List<String> command = new ArrayList<>(List.of("train", "lora.yaml", "--out", out));
    command.addAll(List.of(more));
    return Terminal.run(directory, command.toArray(String[]::new));
  }

  private static byte[] bytes(String file) throws IOException {
    return Files.readAllBytes(directory.resolve(file));
  }

  @Test
  void aRunByAdaptersLeavesThemAndTheMergedModelAndGoesOnExactly() throws IOException {
    Terminal.Ended ended = train("whole");
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.err() + ended.out())
        .contains(
            "adapters: 1024 of 4160 parameters are trained (rank 4, 7 matrices), the others stored"
                + " in int8");
    assertThat(directory.resolve("whole/adapter/adapter_config.json")).exists();
    try (Stream<Path> parts = Files.list(directory.resolve("whole/checkpoints/step-000006"))) {
      assertThat(parts.map(each -> each.getFileName().toString()))
          .contains("adapter", "trainer.safetensors")
          .doesNotContain("model");
    }

    assertThat(train("half", "steps=6").exit()).isZero();
    try (Stream<Path> all = Files.walk(directory.resolve("half/checkpoints/step-000006"))) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
    assertThat(train("half", "--resume").exit()).isZero();
    assertThat(bytes("half/adapter/adapter_model.safetensors"))
        .isEqualTo(bytes("whole/adapter/adapter_model.safetensors"));
    assertThat(bytes("half/model/model.safetensors"))
        .isEqualTo(bytes("whole/model/model.safetensors"));
  }

  @Test
  void anSftRunsAdaptersAreMergedAndBegunFrom() throws IOException {
    Terminal.Ended sft = Terminal.run(directory, "sft", "sft.yaml", "--out", "sft");
    assertThat(sft.exit()).as(sft.err()).isZero();
    Terminal.Ended merged =
        Terminal.run(
            directory, "model", "merge", "sft/adapter", "--model", "model-111", "--out", "merged");
    assertThat(merged.exit()).as(merged.err()).isZero();
    assertThat(bytes("merged/model.safetensors")).isEqualTo(bytes("sft/model/model.safetensors"));

    appliedIsMerged();
    String from = "adapter={rank: 2, alpha: 32, targets: [q_proj, v_proj], start: sft/adapter}";
    Terminal.Ended on = train("on", from, "steps=1", "adapter.save_merged=false");
    assertThat(on.exit()).as(on.err()).isZero();
    assertThat(directory.resolve("on/model")).doesNotExist();
    assertThat(on.out() + on.err()).contains("on/adapter");
    Terminal.Ended other = train("other", "adapter.start=sft/adapter");
    assertThat(other.exit()).isEqualTo(2);
    assertThat(other.err()).contains("adapter.start: sft/adapter has rank 2");
  }

  /** The base with its adapter computes what the merged model computes. */
  private static void appliedIsMerged() throws IOException {
    String[] generate = {"generate", "--prompt", "1 2 3 = 6 :", "--samples", "4", "--json"};
    Terminal.Ended applied = ran(generate, "--model", "model-111", "--adapter", "sft/adapter");
    Terminal.Ended merged = ran(generate, "--model", "sft/model");
    assertThat(applied.lastLine()).isEqualTo(merged.lastLine());
    assertThat(ran(generate, "--model", "model-111").lastLine()).isNotEqualTo(merged.lastLine());
    assertThat(applied.err())
        .contains(
            "adapter sft/adapter: 2 matrices, trained for model-111, merged into model-111 in"
                + " float32");
    Files.writeString(
        directory.resolve("field.yaml"),
        """
        model: sft/model
        data: countdown:max=4,sameness=order
        field: {num_layers_flow: 1, hook_layers_percentile: [0.5]}
        batch_size: 32
        epochs: 1
        """);
    ran(new String[] {"flow", "train", "field.yaml", "--out", "field-merged"});
    ran(
        new String[] {"flow", "train", "field.yaml", "--out", "field-applied"},
        "model=model-111",
        "adapter=sft/adapter");
    assertThat(bytes("field-applied/field/flow.safetensors"))
        .isEqualTo(bytes("field-merged/field/flow.safetensors"));
    String[] eval = {"eval", "--data", "countdown:count=6", "--samples", "4"};
    ran(eval, "--model", "model-111", "--adapter", "sft/adapter", "--out", "eval-applied");
    ran(eval, "--model", "sft/model", "--out", "eval-merged");
    assertThat(bytes("eval-applied/records.jsonl")).isEqualTo(bytes("eval-merged/records.jsonl"));
    assertThat(directory.resolve("eval-applied/settings.yaml"))
        .content()
        .contains("\"model-111 with adapter sft/adapter\"");

    // another model of the same shape, and the adapter as a model
    ran(new String[] {"sft", "sft.yaml", "adapter=", "--out", "full"});
    Terminal.Ended other =
        Terminal.run(
            directory,
            "generate",
            "--prompt",
            "1",
            "--model",
            "full/model",
            "--adapter",
            "sft/adapter");
    assertThat(other.exit()).isEqualTo(2);
    assertThat(other.err())
        .contains(
            "sft/adapter: was trained for the model model-111, whose weights differ from those of"
                + " full/model; use it with --model model-111");
    Terminal.Ended alone =
        Terminal.run(directory, "generate", "--prompt", "1", "--model", "sft/adapter");
    assertThat(alone.exit()).isEqualTo(2);
    assertThat(alone.err()).contains("take it as --adapter sft/adapter with its base as --model");
    Terminal.Ended none =
        Terminal.run(
            directory, "generate", "--prompt", "1", "--model", "model-111", "--adapter", "full");
    assertThat(none.exit()).isEqualTo(2);
    assertThat(none.err()).contains("full: has no adapter_config.json");
  }

  private static Terminal.Ended ran(String[] command, String... more) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of(more));
    Terminal.Ended ended = Terminal.run(directory, all.toArray(String[]::new));
    assertThat(ended.exit()).as(ended.err()).isZero();
    return ended;
  }

  @Test
  void whatCannotBeAdaptedIsOneLine() {
    Terminal.Ended target = train("refused", "adapter.targets=[query]");
    assertThat(target.exit()).isEqualTo(2);
    assertThat(target.err()).contains("adapter.targets: the model has no matrix 'query'");
    Terminal.Ended half = train("refused", "precision=bfloat16");
    assertThat(half.exit()).isEqualTo(2);
    assertThat(half.err()).contains("adapter: adapters are merged in float32");
    Terminal.Ended none =
        Terminal.run(
            directory, "model", "merge", "model-111", "--model", "model-111", "--out", "nothing");
    assertThat(none.exit()).isEqualTo(2);
    assertThat(directory.resolve("nothing")).doesNotExist();
  }
}

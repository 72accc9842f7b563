package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A model that reads only text is never given the text of a record with images. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImageUseTest {
  private static final byte[] IMAGE =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC");

  @TempDir private static Path directory = Path.of("");
  private Path model = Path.of("");
  private Path data = Path.of("");

  @BeforeAll
  void make() throws IOException {
    model = ByteModel.in(directory);
    Files.write(directory.resolve("a.png"), IMAGE);
    data =
        Files.writeString(
            directory.resolve("data.jsonl"),
            "{\"question\": \"7+8?\", \"answer\": \"15\", \"solution\": \"15\"}\n"
                + "{\"question\": \"7+9?\", \"answer\": \"16\", \"solution\": \"16\", \"images\":"
                + " [\"a.png\", \"a.png\"]}\n");
  }

  private void refused(Terminal.Ended ended) {
    assertThat(ended.exit()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err())
        .contains(
            "data.jsonl line 2 has 2 images, which " + model + " cannot read; use a model that")
        .contains("fields.images: '' (--images '')");
  }

  private Terminal.Ended with(String command, String recipe, String... more) throws IOException {
    Path file = directory.resolve("r.yaml");
    Files.writeString(file, "model: %s\ndata: %s\n%s".formatted(model, data, recipe));
    String[] line = new String[command.split(" ").length + 3 + more.length];
    System.arraycopy(command.split(" "), 0, line, 0, command.split(" ").length);
    int at = command.split(" ").length;
    line[at] = file.toString();
    line[at + 1] = "--out";
    line[at + 2] = directory.resolve("out-" + command.replace(' ', '-') + more.length).toString();
    System.arraycopy(more, 0, line, at + 3, more.length);
    return Terminal.here(line);
  }

  @Test
  void trainingRefusesIt() throws IOException {
    String recipe =
        "prompt: none\nsteps: 1\nprompts_per_step: 1\nrollout: {samples: 2, max_new_tokens: 4}\n";
    refused(with("train", recipe));
    Terminal.Ended text = with("train", recipe, "fields.images=''");
    assertThat(text.exit()).as(text.err()).isZero();
  }

  @Test
  void fineTuningAndFlowTrainingRefuseIt() throws IOException {
    refused(with("sft", "steps: 1\n"));
    refused(
        with(
            "flow train",
            "field: {num_layers_flow: 1, hook_layers_percentile: [0.5]}\nvalidation: 1\n"));
  }

  @Test
  void evaluationAndGenerationRefuseIt() {
    String[] eval = {"eval", "--model", model.toString(), "--data", data.toString(), "--greedy"};
    refused(Terminal.here(eval));
    refused(Terminal.here("generate", "--model", model.toString(), "--prompts", data.toString()));
    Terminal.Ended text =
        Terminal.here(
            "eval",
            "--model",
            model.toString(),
            "--data",
            data.toString(),
            "--greedy",
            "--max-new-tokens",
            "4",
            "--images",
            "");
    assertThat(text.exit()).as(text.err()).isZero();
  }

  @Test
  void aSuiteWithImagesRefusesIt() throws IOException {
    Path suite =
        Files.writeString(
            directory.resolve("visulogic.tsv"),
            "index\timage\tquestion\tanswer\n7\t%s\tWhich?\tA\n"
                .formatted(Base64.getEncoder().encodeToString(IMAGE)));
    String[] eval = {
      "eval",
      "--model",
      model.toString(),
      "--suite",
      "visulogic=" + suite,
      "--out",
      directory.resolve("eval").toString()
    };
    Terminal.Ended ended = Terminal.here(eval);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err())
        .contains("visulogic.tsv line 2 has an image, which " + model + " cannot read");
  }
}

package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.image.ImageDecoder;
import io.braid.image.ImageLimits;
import io.braid.image.PixelImage;
import io.braid.task.Problem;
import io.braid.task.Split;
import io.braid.task.Tasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DataCommandsTest {
  @TempDir Path directory;

  private static JsonNode json(Terminal.Ended ended) {
    assertThat(ended.exit()).as(ended.err()).isZero();
    return JsonMapper.shared().readTree(ended.lastLine());
  }

  @Test
  void aFileIsInspectedAndCleaned() throws IOException, InterruptedException {
    Files.write(
        directory.resolve("train.jsonl"),
        List.of(
            "{\"question\":\"How many apples has Tom?\",\"answer\":\"3\",\"more\":1.50}",
            "{\"question\":\"How many pears has Ann?\",\"answer\":\"4\"}"));
    Files.write(
        directory.resolve("test.jsonl"),
        List.of("{\"question\":\"how many pears has Ann\",\"answer\":\"4\"}"));
    JsonNode report = json(Terminal.run(directory, "data", "inspect", "train.jsonl", "--json"));
    assertThat(report.path("rows").asInt()).isEqualTo(2);
    assertThat(report.path("problems").asInt()).isEqualTo(2);
    assertThat(report.path("answers").path("numbers").asInt()).isEqualTo(2);
    Terminal.Ended cleaned =
        Terminal.run(
            directory,
            "data",
            "decontaminate",
            "--train",
            "train.jsonl",
            "--against",
            "test.jsonl",
            "--out",
            "clean.jsonl",
            "--json");
    JsonNode result = json(cleaned);
    assertThat(result.path("overlapping").asInt()).isEqualTo(1);
    assertThat(result.path("hits").path(0).path("words").asString())
        .isEqualTo("how many pears has ann");
    assertThat(directory.resolve("clean.jsonl"))
        .content()
        .isEqualTo("{\"question\":\"How many apples has Tom?\",\"answer\":\"3\",\"more\":1.50}\n");
    Terminal.Ended missing = Terminal.run(directory, "data", "inspect", "none.jsonl");
    assertThat(missing.exit()).isEqualTo(2);
    assertThat(missing.err()).contains("none.jsonl does not exist");
  }

  @Test
  void problemsAreShownAndTheirPicturesWritten() throws IOException {
    Path out = directory.resolve("pictures");
    JsonNode shown =
        json(
            Terminal.here(
                "data", "show", "visual:kind=count", "--count", "2", "--out", "" + out, "--json"));
    List<Problem> problems = Tasks.named("visual:kind=count").source().problems(Split.TEST, 2);
    for (int i = 0; i < 2; i++) {
      JsonNode one = shown.path("problems").path(i);
      assertThat(one.path("id").asString()).isEqualTo(problems.get(i).id());
      assertThat(one.path("response").asString())
          .endsWith(" #### " + one.path("answer").asString());
      Path file = out.resolve(i + 1 + ".png");
      assertThat(one.path("images").path(0).asString()).isEqualTo(file.toString());
      PixelImage read =
          new ImageDecoder(ImageLimits.STANDARD).decode(Files.readAllBytes(file), "" + file);
      assertThat(read.rgb())
          .isEqualTo(problems.get(i).images().getFirst().decode(ImageLimits.STANDARD).rgb());
    }
    Terminal.Ended again = Terminal.here("data", "show", "visual", "--out", "" + out);
    assertThat(again.exit()).isEqualTo(2);
    assertThat(again.err()).contains(out + ": already exists; give another --out, or delete it");
  }

  @Test
  void aFilesProblemsAreShownWithoutControlCharacters() throws IOException {
    Path file = directory.resolve("train.jsonl");
    Files.writeString(file, "{\"question\":\"How\\u001b many\\napples?\",\"answer\":\"3\"}\n");
    Terminal.Ended shown = Terminal.here("data", "show", "" + file);
    assertThat(shown.exit()).as(shown.err()).isZero();
    assertThat(shown.out())
        .contains("  question  How\uFFFD many\n            apples?\n  answer    3");
  }

  @Test
  void guessesAreMeasured() {
    JsonNode rates =
        json(
            Terminal.here(
                "data", "show", "visual:kind=clock", "--count", "400", "--guesses", "--json"));
    assertThat(rates.path("problems").asInt()).isEqualTo(400);
    assertThat(rates.path("constant").asDouble()).isBetween(1 / 12., 0.15);
    assertThat(rates.path("by_question").asDouble()).isBetween(0.03, 0.13);
    Terminal.Ended countdown = Terminal.here("data", "show", "countdown", "--guesses");
    assertThat(countdown.exit()).isEqualTo(2);
    assertThat(countdown.err())
        .contains("countdown: --guesses needs at least two problems whose answers are text");
  }
}

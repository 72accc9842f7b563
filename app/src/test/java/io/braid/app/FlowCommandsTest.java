package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.checkpoint.ModelDirectory;
import io.braid.flow.FieldSettings;
import io.braid.flow.FlowField;
import io.braid.model.ModelConfig;
import io.braid.model.family.Qwen2;
import io.braid.run.RunDirectory;
import io.braid.run.Sample;
import io.braid.run.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code braid flow score}, {@code explain} and {@code import} on a model of one layer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlowCommandsTest {
  private static final String HOSTILE = "<script>alert('x')</script>\"><img src=x>";
  private static final String RIGHT =
      "{\"question\": \"1 2 = 3 :\", \"numbers\": [1, 2], \"target\": 3, \"response\": \"1 +"
          + " 2\"}\n";
  private static final String WRONG = RIGHT.replace("1 + 2", "2 - 1 + 1 * 1");

  @TempDir private static Path directory = Path.of("");
  private Path model = Path.of("");
  private Path field = Path.of("");
  private Path data = Path.of("");

  @BeforeAll
  void make() throws IOException {
    model = TinyModel.in(directory);
    field = directory.resolve("field");
    try (FlowField fresh =
        FlowField.create(ModelDirectory.open(model).config(), FieldSettings.of(2), 1)) {
      fresh.save(field);
    }
    data = Files.writeString(directory.resolve("data.jsonl"), RIGHT + WRONG);
  }

  private String[] command(String name, String... more) {
    return Stream.concat(
            Stream.of("flow", name, "--model", model.toString(), "--flow", field.toString()),
            Arrays.stream(more))
        .toArray(String[]::new);
  }

  // ---- score ----------------------------------------------------------------------------------

  @Test
  void eachResponseIsAnObjectWithItsTokens() {
    List<JsonNode> all =
        objects(ran(command("score", "--data", data.toString(), "--timesteps", "0.5,0.8")).out());

    assertThat(all).hasSize(2);
    JsonNode first = all.getFirst();
    assertThat(first.get("prompt").asString()).isEqualTo("1 2 = 3 :");
    assertThat(first.get("response").asString()).isEqualTo("1 + 2");
    assertThat(first.get("correct").asBoolean()).isTrue();
    assertThat(first.get("reward").asDouble()).isEqualTo(1);
    assertThat(all.getLast().get("correct").asBoolean()).isFalse();
    assertThat(first.get("layers").toString()).isEqualTo("[0]");
    assertThat(first.get("timesteps").toString()).isEqualTo("[0.5,0.8]");
    assertThat(first.get("tokens")).hasSize(4); // the end token is one
    StringBuilder text = new StringBuilder();
    for (JsonNode token : first.get("tokens")) {
      text.append(token.get("text").asString());
      double atHalf = token.at("/deviation/0/0").asDouble();
      double later = token.at("/deviation/0/1").asDouble();
      assertThat(token.get("score").asDouble())
          .isCloseTo((atHalf + 0.8 / 0.2 * later) / 2, within(1e-4));
      assertThat(token.get("entropy").asDouble()).isBetween(0.0, Math.log(111) + 1e-4);
      assertThat(token.get("logprob").asDouble()).isNegative();
      assertThat(token.get("flow_reward").asDouble()).isBetween(-0.01, 0.0);
    }
    assertThat(text.toString().strip()).isEqualTo("1 + 2 <eos>");
    assertThat(first.at("/tokens/3/id").asLong()).isEqualTo(2);
  }

  @Test
  void theSameCommandWritesTheSameFile() throws IOException {
    Path[] files = {directory.resolve("a.jsonl"), directory.resolve("b.jsonl")};
    for (Path file : files) {
      ran(command("score", "--data", data.toString(), "--out", file.toString()));
    }
    assertThat(Files.readString(files[0])).isEqualTo(Files.readString(files[1])).isNotEmpty();
    assertThat(objects(Files.readString(files[0]))).hasSize(2);
    assertThat(objects(ran(command("score", "--data", data.toString(), "--count", "1")).out()))
        .containsExactly(objects(Files.readString(files[0])).getFirst());
  }

  @Test
  void samplesOfARunAreTakenAsTheyAre() {
    Path file = samples("samples", "1 + 2", "stop_token", true);
    JsonNode only = objects(ran(command("score", "--data", file.toString())).out()).getFirst();

    assertThat(only.get("prompt").asString()).isEqualTo("<bos> 1 2 = 3 :");
    assertThat(only.get("correct").asBoolean()).isTrue();
    assertThat(only.get("reward").asDouble()).isEqualTo(0.5);
    assertThat(only.get("tokens")).as("it ended by itself").hasSize(4);

    Path cut = samples("cut", "1 + 2", "length", true);
    assertThat(
            objects(ran(command("score", "--samples", cut.toString())).out())
                .getFirst()
                .get("tokens"))
        .as("it was cut off")
        .hasSize(3);
  }

  @Test
  void theModelMayBeAskedForResponses() {
    String[] sampled =
        command("score", "--data", "countdown:count=3", "--sample", "2", "--max-new-tokens", "4");
    List<JsonNode> all = objects(ran(sampled).out());

    assertThat(all).hasSize(6);
    assertThat(all).allMatch(each -> each.get("tokens").size() <= 4);
    assertThat(all).allMatch(each -> each.has("correct"));
    assertThat(objects(ran(sampled).out())).isEqualTo(all);
  }

  // ---- explain --------------------------------------------------------------------------------

  @Test
  void thePageShowsEveryTokenAndRunsNoScript() throws IOException {
    Path page = directory.resolve("page.html");
    ran(command("explain", "--data", data.toString(), "--out", page.toString()));
    String html = Files.readString(page);

    assertThat(html)
        .contains("Correct and wrong responses")
        .contains("Most often punished")
        .contains("Highest entropy")
        .contains("Spearman")
        .contains("<article class=\"text right\">")
        .contains("<article class=\"text wrong\">")
        .contains("layer 0 at t = 0.8")
        .doesNotContain("<script");
    assertThat(html.split("<span[^>]* title=", -1)).hasSize(1 + 4 + 8);
  }

  @Test
  void strangersTextIsEscaped() throws IOException {
    Path page = directory.resolve("hostile.html");
    Path file =
        Files.writeString(
            directory.resolve("hostile.jsonl"),
            JsonMapper.shared()
                    .writeValueAsString(
                        JsonMapper.shared()
                            .createObjectNode()
                            .put("problem", HOSTILE)
                            .put("prompt", "1 2 = 3 :")
                            .put("response", "1 + 2")
                            .put("finish", "length")
                            .put("reward", 1)
                            .put("correct", true)
                            .put("advantage", 0)
                            .put("prompt_tokens", 5)
                            .put("response_tokens", 3))
                + "\n");
    ran(command("explain", "--samples", file.toString(), "--out", page.toString()));

    assertThat(Files.readString(page))
        .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&gt;&lt;img src=x&gt;")
        .doesNotContain("<script")
        .doesNotContain("<img");
  }

  // ---- import ---------------------------------------------------------------------------------

  @Test
  void anImportedFieldScoresAsTheOneThatItWasMadeOf() {
    Path imported = directory.resolve("imported");
    ran(
        "flow",
        "import",
        field.resolve("flow.safetensors").toString(),
        "--model",
        model.toString(),
        "--out",
        imported.toString());
    Path before = field;
    String expected = ran(command("score", "--data", data.toString())).out();
    field = imported;
    try {
      assertThat(ran(command("score", "--data", data.toString())).out()).isEqualTo(expected);
    } finally {
      field = before;
    }
  }

  @Test
  void aFailedImportLeavesNothing() throws IOException {
    Path out = directory.resolve("none");
    Path damaged = Files.write(directory.resolve("flow_model.bin"), new byte[] {'P', 'K', 3, 4, 0});
    for (String file : List.of(damaged.toString(), "nowhere.bin", model.toString())) {
      refused("flow", "import", file, "--model", model.toString(), "--out", out.toString());
      assertThat(out).doesNotExist();
    }
    assertThat(
            refused(
                "flow",
                "import",
                field.resolve("flow.safetensors").toString(),
                "--model",
                model.toString(),
                "--out",
                field.toString()))
        .contains("already exists");
  }

  // ---- what is refused ------------------------------------------------------------------------

  @Test
  void unreadableInputIsReportedInOneLineAndNothingIsWritten() throws IOException {
    Path out = directory.resolve("nothing");
    Path questions =
        Files.writeString(directory.resolve("questions.jsonl"), "{\"question\": \"1 2 = 3 :\"}\n");
    Path words =
        Files.writeString(directory.resolve("words.jsonl"), RIGHT + RIGHT.replace("1 + 2", "what"));
    Path tooLong =
        Files.writeString(
            directory.resolve("long.jsonl"), RIGHT.replace("1 + 2", "1 + ".repeat(20) + "1"));
    String[][] cases = {
      {"--data", "nowhere.jsonl", "does not exist"},
      {"--data", questions.toString(), "has no response"},
      {"--data", words.toString(), "no tokens for the text 'what'"},
      {"--data", tooLong.toString(), "context 32"},
      {"--data", "countdown", "--sample N"},
      {"--samples", data.toString(), "is not a samples file of a run"},
    };
    for (String name : List.of("score", "explain")) {
      for (String[] each : cases) {
        assertThat(refused(command(name, each[0], each[1], "--out", out.toString())))
            .contains(each[2]);
      }
      assertThat(refused(command(name, "--out", out.toString()))).contains("--data, --samples");
      assertThat(
              refused(
                  command(
                      name,
                      "--data",
                      data.toString(),
                      "--timesteps",
                      "1",
                      "--out",
                      out.toString())))
          .contains("rewarding_timesteps");
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(file -> file.startsWith("nothing"));
    }
  }

  @Test
  void aFieldForAnotherModelIsRefused() {
    Path other = directory.resolve("other");
    Path before = field;
    try (FlowField wider = FlowField.create(OtherModel.CONFIG, FieldSettings.of(1), 1)) {
      wider.save(other);
      field = other;
      assertThat(refused(command("score", "--data", data.toString())))
          .contains("other")
          .contains("this field is for a model with 2 layers and hidden size 24");
    } finally {
      field = before;
    }
  }

  /** Wider and deeper than the model. */
  private static final class OtherModel {
    static final ModelConfig CONFIG =
        new ModelConfig(
            new Qwen2(),
            111,
            24,
            32,
            2,
            2,
            1,
            12,
            1e-6,
            new ModelConfig.Rope(10_000, Optional.empty()),
            true,
            true,
            false,
            false,
            32,
            0.02);
  }

  // ---- running --------------------------------------------------------------------------------

  private static Path samples(String name, String response, String finish, boolean correct) {
    try (RunDirectory run = RunDirectory.create(directory.resolve(name), false)) {
      Samples.write(
          run,
          200,
          List.of(
              new Sample(
                  "p",
                  "<bos> 1 2 = 3 :",
                  response,
                  Optional.of("3"),
                  Optional.empty(),
                  Optional.empty(),
                  0.5,
                  correct,
                  0,
                  finish,
                  6,
                  4)));
      return run.samples(200);
    }
  }

  private static List<JsonNode> objects(String lines) {
    List<JsonNode> all = new ArrayList<>();
    lines.lines().forEach(line -> all.add(JsonMapper.shared().readTree(line)));
    return all;
  }

  private static Terminal.Ended ran(String... arguments) {
    Terminal.Ended ended = Terminal.here(arguments);
    assertThat(ended.exit()).as(ended.err()).isZero();
    return ended;
  }

  private static String refused(String... arguments) {
    Terminal.Ended ended = Terminal.here(arguments);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err().strip().lines()).as("one line: " + ended.err()).hasSize(1);
    assertThat(ended.err()).startsWith("braid: ").doesNotContain("Exception");
    assertThat(ended.out()).isEmpty();
    return ended.err();
  }
}

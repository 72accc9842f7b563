package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.app.commands.BlankModel;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Braid saves means the same to transformers; {@code parity/saved_models.py} asked it. */
class SavedModelTest {
  private static final String BEGIN_WITH_BOS =
      """
      {"type": "TemplateProcessing",
       "single": [{"SpecialToken": {"id": "<bos>", "type_id": 0}},
                  {"Sequence": {"id": "A", "type_id": 0}}],
       "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
       "special_tokens": {"<bos>": {"id": "<bos>", "ids": [1], "tokens": ["<bos>"]}}}
      """;

  @TempDir private static Path directory = Path.of("");

  private static Path saved() {
    try {
      return Path.of(
              Objects.requireNonNull(SavedModelTest.class.getResource("saved/config.json")).toURI())
          .resolveSibling(".");
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode generate(Path model, String prompt, String... more) {
    String[] arguments =
        Stream.concat(
                Stream.of(
                    "generate",
                    "--json",
                    "--model",
                    model.toString(),
                    "--prompt",
                    prompt,
                    "--temperature",
                    "0",
                    "--max-new-tokens",
                    "10"),
                Stream.of(more))
            .toArray(String[]::new);
    Terminal.Ended ended = Terminal.here(arguments);
    assertThat(ended.exit()).as(ended.err()).isZero();
    return JsonMapper.shared().readTree(ended.out().lines().toList().getLast());
  }

  @Test
  void idsAreThoseOfAutoTokenizerAndGreedyTextIsAPipelines() throws IOException {
    JsonNode golden =
        JsonMapper.shared().readTree(Files.readString(saved().resolve("transformers.golden.json")));
    assertThat(golden.path("cases").size()).isPositive();
    for (JsonNode each : golden.path("cases")) {
      JsonNode own = generate(saved(), each.path("prompt").asString());
      assertThat(own.path("prompt_ids")).isEqualTo(each.path("ids"));
      assertThat(own.path("responses").get(0).path("text")).isEqualTo(each.path("greedy"));
    }
  }

  @Test
  void whatTransformersWasAskedAboutIsWhatBlankWrites() throws IOException {
    Path model = directory.resolve("blank");
    new BlankModel(16, 1, 64, 0).write(model, BlankModel.countdownWords());
    for (String file :
        List.of(
            "config.json",
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json")) {
      assertThat(model.resolve(file)).hasSameTextualContentAs(saved().resolve(file));
    }
  }

  @Test
  void rawPromptsBeginAsTheTokenizersTextsDo() throws IOException {
    Path model = directory.resolve("bos");
    new BlankModel(16, 1, 64, 0).write(model, BlankModel.countdownWords());
    Path tokenizer = model.resolve("tokenizer.json");
    Files.writeString(
        tokenizer,
        Files.readString(tokenizer)
            .replace("\"post_processor\" : null", "\"post_processor\" : " + BEGIN_WITH_BOS));
    Files.writeString(
        model.resolve("chat_template.jinja"),
        "{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}");
    assertThat(ids(model, "7 8 =")).isEqualTo("[1,10,11,109]");
    assertThat(ids(model, "<bos> 7 8 =")).isEqualTo("[1,10,11,109]");
    assertThat(ids(model, "7 8 =", "--no-special-tokens")).isEqualTo("[10,11,109]");
    assertThat(ids(model, "7 8 =", "--chat")).isEqualTo("[1,10,11,109]");
    assertThat(ids(model, "7 8 =", "--chat", "--no-special-tokens")).isEqualTo("[1,10,11,109]");
  }

  private static String ids(Path model, String prompt, String... more) {
    return generate(model, prompt, more).path("prompt_ids").toString();
  }
}

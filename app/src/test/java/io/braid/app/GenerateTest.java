package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code braid generate}: prompts, formats and streaming. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GenerateTest {
  @TempDir private static Path directory = Path.of("");
  private Path model = Path.of("");
  private Path words = Path.of("");

  @BeforeAll
  void make() throws IOException {
    model = ByteModel.in(directory);
    words = TinyModel.in(directory);
    Files.writeString(
        model.resolve("chat_template.jinja"),
        "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}[assistant]");
  }

  private Terminal.Ended generate(Path from, String... more) {
    List<String> command = new ArrayList<>(List.of("generate", "--model", from.toString()));
    command.addAll(List.of(more));
    return Terminal.here(command.toArray(String[]::new));
  }

  private JsonNode json(Path from, String... more) {
    List<String> with = new ArrayList<>(List.of(more));
    with.add("--json");
    Terminal.Ended ended = generate(from, with.toArray(String[]::new));
    assertThat(ended.exit()).as(ended.err()).isZero();
    return JsonMapper.shared().readTree(ended.lastLine());
  }

  @Test
  void aPromptsResponsesDoNotDependOnTheOthers() {
    String[] how = {"--samples", "3", "--max-new-tokens", "9"};
    JsonNode prompts =
        json(words, with(how, "--prompt", "1 + 2", "--prompt", "7 *", "--prompt", "1 + 2"))
            .get("prompts");

    assertThat(prompts).hasSize(3);
    for (int p = 0; p < 2; p++) {
      same(
          json(words, with(how, "--prompt", prompts.get(p).get("prompt").asString())),
          prompts.get(p));
    }
    assertThat(prompts.get(2).get("responses")).isNotEqualTo(prompts.get(0).get("responses"));
  }

  /** Whether a machine computes exactly is measured; where it does not, the option is refused. */
  @Test
  void exactResponsesHaveTheSameBits() {
    String[] how = {"--max-new-tokens", "9", "--exact", "--json"};
    Terminal.Ended together =
        generate(words, with(how, "--prompt", "1 + 2 + 3 + 4", "--prompt", "7 *"));
    if (together.exit() == 0) {
      assertThat(json(words, with(how, "--prompt", "7 *")))
          .isEqualTo(JsonMapper.shared().readTree(together.lastLine()).at("/prompts/1"));
    } else {
      assertThat(together.err()).contains("--exact is not possible with this model: ");
    }
  }

  private static String[] with(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** The same prompt with the same responses, up to rounding. */
  private static void same(JsonNode a, JsonNode b) {
    assertThat(a.get("prompt")).isEqualTo(b.get("prompt"));
    assertThat(a.get("prompt_ids")).isEqualTo(b.get("prompt_ids"));
    assertThat(a.get("responses")).hasSameSizeAs(b.get("responses"));
    for (int r = 0; r < a.get("responses").size(); r++) {
      JsonNode one = a.get("responses").get(r);
      JsonNode other = b.get("responses").get(r);
      assertThat(one.get("text")).isEqualTo(other.get("text"));
      assertThat(one.get("ids")).isEqualTo(other.get("ids"));
      for (int t = 0; t < one.get("ids").size(); t++) {
        assertThat(one.get("logprobs").get(t).asDouble())
            .isCloseTo(other.get("logprobs").get(t).asDouble(), within(1e-4));
      }
    }
  }

  @Test
  void promptsComeFromLinesAndFromRecordsOfEveryLayout() throws IOException {
    Path lines = directory.resolve("p.txt");
    Files.writeString(lines, "1 + 2\n\n7 *\n");
    Path records = directory.resolve("p.jsonl");
    Files.writeString(
        records,
        """
        {"question": "1 + 2", "answer": "3"}
        {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}, {"role": "assistant", "content": "a"}]}
        """);

    JsonNode fromLines = json(words, "--prompts", lines.toString(), "--max-new-tokens", "3");
    assertThat(fromLines.get("prompts")).hasSize(2);
    same(fromLines.at("/prompts/0"), json(words, "--prompt", "1 + 2", "--max-new-tokens", "3"));
    JsonNode chats =
        json(model, "--prompts", records.toString(), "--chat", "--max-new-tokens", "2");
    assertThat(text(chats.at("/prompts/0"))).isEqualTo("[user]1 + 2[assistant]");
    assertThat(text(chats.at("/prompts/1"))).isEqualTo("[system]s[user]u[assistant]");
    JsonNode other =
        json(
            model,
            "--prompts",
            records.toString(),
            "--format",
            "chat_box",
            "--system",
            "t",
            "--max-new-tokens",
            "2");
    assertThat(text(other.at("/prompts/1"))).startsWith("[system]t[user]u Let's think step by");
  }

  /** The byte model's ids are bytes. */
  private static String text(JsonNode prompt) {
    StringBuilder text = new StringBuilder();
    prompt.get("prompt_ids").forEach(id -> text.append((char) id.asInt()));
    return text.toString();
  }

  @Test
  void streamedTextIsThePlainTextWithoutControlCharacters() {
    String[] how = {
      "--prompt",
      "a",
      "--prompt",
      "b",
      "--samples",
      "2",
      "--max-new-tokens",
      "120",
      "--temperature",
      "3"
    };
    Terminal.Ended whole = generate(model, how);
    List<String> with = new ArrayList<>(List.of(how));
    with.add("--stream");
    Terminal.Ended streamed = generate(model, with.toArray(String[]::new));

    assertThat(whole.exit()).as(whole.err()).isZero();
    assertThat(whole.out()).contains("prompt 1: a\n").contains("prompt 2: b\n");
    assertThat(streamed.out()).isEqualTo(whole.out());
    assertThat(streamed.out().chars().filter(c -> c != '\n' && c != '\t'))
        .noneMatch(Character::isISOControl);
  }

  @Test
  void badInputIsOneLine() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty.txt"), "\n \n");
    assertThat(refused()).contains("no prompt; give --prompt TEXT or --prompts FILE");
    assertThat(refused("--prompts", empty.toString())).contains("empty.txt: has no prompts");
    assertThat(refused("--prompts", "none.txt")).contains("none.txt: cannot be read");
    assertThat(refused("--prompts", "none.jsonl")).contains("none.jsonl does not exist");
    assertThat(refused("--prompt", "1", "--format", "boxx"))
        .contains("--format: there is no prompt format 'boxx'; did you mean 'box'?");
    assertThat(refused("--prompt", "1", "--system", "x")).contains("--system: the prompt format");
    assertThat(refused("--prompt", "1", "--chat", "--format", "box")).contains("omit one of them");
    assertThat(refused("--prompt", "1", "--prompt", "1 + ".repeat(40) + "1"))
        .contains("--prompt 2: its prompt has 81 tokens");
  }

  private String refused(String... more) {
    Terminal.Ended ended = generate(words, more);
    assertThat(ended.exit()).as(ended.out()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    return ended.err();
  }
}

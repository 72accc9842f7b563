package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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

/** {@code braid chat}, with piped input. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChatTest {
  private static final int CONTEXT = 4096; // of the byte model, a token a byte

  @TempDir private static Path directory = Path.of("");
  private Path model = Path.of("");

  @BeforeAll
  void make() throws IOException {
    model = ByteModel.in(directory);
    Files.writeString(
        model.resolve("chat_template.jinja"),
        "{% for m in messages %}{% if m.content == 'bad' %}{{ raise_exception('no bad words') }}"
            + "{% endif %}[{{ m.role }}]{{ m.content }}{% endfor %}[assistant]");
  }

  private Terminal.Ended chat(String input, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of("chat", "--model", model.toString(), "--max-new-tokens", "8", "--json"));
    command.addAll(List.of(more));
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
      return Terminal.here(command.toArray(String[]::new));
    } finally {
      System.setIn(before);
    }
  }

  private static JsonNode messages(Terminal.Ended ended) {
    assertThat(ended.exit()).as(ended.err()).isZero();
    return JsonMapper.shared().readTree(ended.lastLine()).get("messages");
  }

  private static List<String> roles(JsonNode messages) {
    return messages.valueStream().map(each -> each.get("role").asString()).toList();
  }

  @Test
  void messagesAndRepliesMakeUpTheConversation() {
    Terminal.Ended ended = chat("one\n\ntwo \\\nlines\n /path\n/exit\nnot read\n", "--system", "s");
    JsonNode messages = messages(ended);

    assertThat(roles(messages))
        .containsExactly("system", "user", "assistant", "user", "assistant", "user", "assistant");
    assertThat(messages.get(0).get("content").asString()).isEqualTo("s");
    assertThat(messages.get(3).get("content").asString()).isEqualTo("two \nlines");
    assertThat(messages.get(5).get("content").asString()).isEqualTo("/path");
    assertThat(ended.err()).contains("(cut off at 8 tokens, by --max-new-tokens or the");
    assertThat(messages(chat("one\n\ntwo \\\nlines\n /path\n", "--system", "s")))
        .as("the same seed")
        .isEqualTo(messages);
  }

  /** The keys and values that are kept between turns do not change the replies. */
  @Test
  void aReplyIsThatOfTheWholePrompt() {
    JsonNode messages = messages(chat("one\ntwo\n", "--temperature", "0"));
    StringBuilder prompt = new StringBuilder();
    messages
        .valueStream()
        .limit(3)
        .forEach(each ->
            prompt
                .append('[')
                .append(each.get("role").asString())
                .append(']')
                .append(each.get("content").asString()));
    Terminal.Ended whole =
        Terminal.here(
            "generate",
            "--model",
            model.toString(),
            "--prompt",
            prompt + "[assistant]",
            "--temperature",
            "0",
            "--max-new-tokens",
            "8",
            "--json");
    assertThat(JsonMapper.shared().readTree(whole.lastLine()).at("/responses/0/text").asString())
        .isEqualTo(messages.get(3).get("content").asString());
  }

  @Test
  void commandsChangeTheConversation() {
    Terminal.Ended ended =
        chat("/system\none\n/reset\n/system be brief\n/system\n/nonsense\n/help\ntwo\n");
    JsonNode messages = messages(ended);

    assertThat(roles(messages)).containsExactly("system", "user", "assistant");
    assertThat(messages.get(1).get("content").asString()).isEqualTo("two");
    assertThat(ended.err())
        .contains(
            "(no system message is set)",
            "(the conversation is forgotten)",
            "(system message: be brief)",
            "(no command /nonsense; /help lists them",
            "/reset        forgets the conversation");
    assertThat(roles(messages(chat("/system ''\none\n", "--system", "s"))))
        .containsExactly("user", "assistant");
  }

  @Test
  void aFullContextDropsTheOldestTurnsAndSaysSo() {
    String long1 = "a".repeat(1500);
    Terminal.Ended ended = chat(long1 + "\n" + "b".repeat(1500) + "\n" + "c".repeat(1500) + "\n");
    JsonNode messages = messages(ended);

    assertThat(ended.err()).contains("(the model's context is full: the first 2 messages were");
    assertThat(roles(messages)).containsExactly("user", "assistant", "user", "assistant");
    assertThat(messages.get(0).get("content").asString()).startsWith("bbb");
    Terminal.Ended refused = chat("one\n" + "x".repeat(CONTEXT) + "\n");
    assertThat(roles(messages(refused))).containsExactly("user", "assistant");
    assertThat(refused.err())
        .contains(
            "(the message is not sent: with it, the prompt has 4,113 tokens, which leaves no");
  }

  @Test
  void aConversationThatTheTemplateRejectsRemainsAsBefore() {
    Terminal.Ended ended = chat("one\nbad\n");

    assertThat(roles(messages(ended))).containsExactly("user", "assistant");
    assertThat(ended.err()).contains("no bad words");
  }

  @Test
  void aModelWithoutAChatTemplateIsRefused() {
    Path plain = TinyModel.in(directory);
    Terminal.Ended ended = Terminal.here("chat", "--model", plain.toString());

    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err())
        .contains("has no chat template")
        .contains("./braid generate --prompt TEXT");
  }

  /** Ctrl-C in the middle of a reply, as a shell sends it. */
  @Test
  void anInterruptStopsTheReplyAndNotTheProgram() throws IOException, InterruptedException {
    Process process =
        Terminal.start(
            directory,
            List.of(),
            "chat",
            "--model",
            model.toString(),
            "--max-new-tokens",
            "3000",
            "--temperature",
            "0",
            "--json");
    StringBuilder err = new StringBuilder();
    process.getOutputStream().write("one\n".getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    while (err.indexOf("computing on") < 0 || err.indexOf("\n", err.indexOf("computing on")) < 0) {
      err.append((char) process.getErrorStream().read());
    }
    process.getErrorStream().read(); // of the reply
    new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
    while (err.indexOf("(stopped)") < 0) {
      int c = process.getErrorStream().read();
      assertThat(c).as(err.toString()).isNotNegative();
      err.append((char) c);
    }
    process.getOutputStream().write("/exit\n".getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    process.getErrorStream().readAllBytes();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isZero();
    assertThat(roles(JsonMapper.shared().readTree(out).get("messages")))
        .containsExactly("user", "assistant");
  }
}

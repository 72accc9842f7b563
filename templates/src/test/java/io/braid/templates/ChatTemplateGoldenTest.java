package io.braid.templates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.templates.jinja.JinjaTemplate;
import io.braid.templates.jinja.TemplateException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds Braid's templates to what parity/chat_templates.py had transformers and jinja2 render. */
class ChatTemplateGoldenTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonNode GOLDEN = JSON.readTree(resource("chat_templates.golden.json"));
  private static final Clock NOW =
      Clock.fixed(
          LocalDateTime.parse(GOLDEN.get("now").asString()).toInstant(ZoneOffset.UTC),
          ZoneOffset.UTC);

  @TestFactory
  Stream<DynamicTest> publishedTemplatesRenderAsTransformersRendersThem() {
    return StreamSupport.stream(GOLDEN.get("chats").spliterator(), false)
        .map(chat ->
            DynamicTest.dynamicTest(
                "%s %s %s"
                    .formatted(
                        chat.get("template").asString(),
                        chat.get("conversation").asString(),
                        chat.get("prompt")),
                () -> isAsExpected(chat, () -> render(chat))));
  }

  @TestFactory
  Stream<DynamicTest> theLanguageMeansWhatItMeansInPython() {
    return StreamSupport.stream(GOLDEN.get("snippets").spliterator(), false)
        .map(snippet ->
            DynamicTest.dynamicTest(
                snippet.get("source").toString(),
                () -> isAsExpected(snippet, () -> renderSnippet(snippet))));
  }

  @FunctionalInterface
  private interface Rendering {
    String text();
  }

  private static void isAsExpected(JsonNode expected, Rendering rendering) {
    if (expected.has("error")) {
      ThrowingCallable refused = rendering::text;
      assertThatThrownBy(refused)
          .as(expected.get("error").asString())
          .isInstanceOf(TemplateException.class)
          .hasMessageMatching("(?s)(line [0-9]+: )?.+");
    } else {
      assertThat(rendering.text()).isEqualTo(expected.get("text").asString());
    }
  }

  private static String render(JsonNode chat) {
    JsonNode conversation = GOLDEN.get("conversations").get(chat.get("conversation").asString());
    List<ChatMessage> messages = new ArrayList<>();
    conversation.get("messages").forEach(message -> messages.add(message(message)));
    return ChatTemplate.parse(resource("published/" + chat.get("template").asString()))
        .with(map(GOLDEN.get("specials")))
        .at(NOW)
        .render(messages, chat.get("prompt").asBoolean(), map(conversation.path("extra")));
  }

  private static ChatMessage message(JsonNode message) {
    Map<String, Object> more = new LinkedHashMap<>(map(message));
    String role = String.valueOf(more.remove("role"));
    Optional<String> content =
        message.get("content").isString()
            ? Optional.of(String.valueOf(more.remove("content")))
            : Optional.empty();
    return new ChatMessage(role, content, more);
  }

  private static String resource(String name) {
    try (InputStream stream =
        Objects.requireNonNull(ChatTemplateGoldenTest.class.getResourceAsStream(name), name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String renderSnippet(JsonNode snippet) {
    Map<String, @Nullable Object> data = new HashMap<>(map(GOLDEN.get("data")));
    return JinjaTemplate.parse(snippet.get("source").asString()).render(data, NOW);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(JsonNode node) {
    return node.isObject() ? JSON.treeToValue(node, Map.class) : Map.of();
  }
}

package io.braid.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.templates.ChatMessage;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TokenizerTest {
  private static final Path BPE = resource("bpe");

  @TempDir private Path directory;

  static Path resource(String name) {
    try {
      return Path.of(Objects.requireNonNull(TokenizerTest.class.getResource(name)).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode golden() {
    return new JsonMapper().readTree(BPE.resolve("golden.json").toFile());
  }

  @TestFactory
  List<DynamicTest> byteLevelBpeEqualsPythonUncutAndUnpadded() {
    return StreamSupport.stream(golden().get("cases").spliterator(), false)
        .map(c -> DynamicTest.dynamicTest(c.get("text").toString(), () -> equalsPython(c)))
        .toList();
  }

  private static void equalsPython(JsonNode expected) {
    try (Tokenizer tokenizer = Tokenizer.load(BPE)) {
      String text = expected.get("text").asString();
      long[] ids = tokenizer.encode(text);
      assertThat(ids).containsExactly(longs(expected.get("ids")));
      assertThat(tokenizer.encodeWithSpecials(text))
          .containsExactly(longs(expected.get("withSpecials")));
      assertThat(tokenizer.decode(ids)).isEqualTo(expected.get("decoded").asString());
      assertThat(tokenizer.decodeRaw(ids)).isEqualTo(expected.get("decodedRaw").asString());
      assertThat(tokenizer.decodeRaw(ids)).isEqualTo(text);
    }
  }

  private static long[] longs(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToLong(JsonNode::asLong).toArray();
  }

  @Test
  void sizeCountsAddedTokens() {
    try (Tokenizer tokenizer = Tokenizer.load(BPE)) {
      assertThat(tokenizer.size()).isEqualTo(golden().get("size").asInt());
      assertThat(tokenizer.id("<|im_end|>")).hasValue(tokenizer.size() - 1);
      assertThat(tokenizer.token(tokenizer.size() - 1)).isEqualTo("<|im_end|>");
      assertThat(tokenizer.id("no such token")).isEmpty();
    }
  }

  @Test
  void namedSpecialTokensComeFromTheConfigThenFromTheMap() {
    try (Tokenizer tokenizer = Tokenizer.load(BPE)) {
      assertThat(tokenizer.eosId()).isEqualTo(tokenizer.id("<|im_end|>"));
      assertThat(tokenizer.padId()).isEqualTo(tokenizer.id("<|endoftext|>"));
      assertThat(tokenizer.bosId()).isEqualTo(OptionalLong.empty());
      assertThat(tokenizer.specialTokens())
          .containsOnlyKeys("eos_token", "pad_token")
          .containsEntry("eos_token", "<|im_end|>");
    }
  }

  @Test
  void theDefaultOfSeveralChatTemplatesIsTheModelsOwn() {
    try (Tokenizer tokenizer = Tokenizer.load(BPE)) {
      assertThat(tokenizer.chatTemplate()).contains("{{ messages[0].content }}");
    }
  }

  @Test
  void theChatTemplateSeesTheSpecialTokens() throws IOException {
    WordTokenizerFiles.of(List.of("1")).writeTo(directory);
    Files.writeString(directory.resolve("chat_template.jinja"), "{{ bos_token }}1{{ eos_token }}");
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      String text = tokenizer.chat().orElseThrow().render(List.of(ChatMessage.user("?")), false);
      assertThat(tokenizer.encode(text)).containsExactly(1, 3, 2);
    }
  }

  @Test
  void aChatTemplateFileTakesPrecedenceOverTheConfig() throws IOException {
    WordTokenizerFiles.of(List.of("1")).writeTo(directory);
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      assertThat(tokenizer.chatTemplate()).isEqualTo(Optional.empty());
    }
    Files.writeString(directory.resolve("tokenizer_config.json"), "{\"chat_template\": \"a\"}");
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      assertThat(tokenizer.chatTemplate()).contains("a");
    }
    Files.writeString(directory.resolve("chat_template.jinja"), "b\n");
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      assertThat(tokenizer.chatTemplate()).contains("b\n");
    }
  }

  @Test
  void idsWithoutATokenDecodeToNothing() {
    try (Tokenizer tokenizer = Tokenizer.load(BPE)) {
      long[] cat = tokenizer.encode("cat");
      long[] more = LongStream.concat(LongStream.of(cat), LongStream.of(999_999)).toArray();
      assertThat(tokenizer.decode(more)).isEqualTo("cat");
      assertThatThrownBy(() -> tokenizer.token(999_999))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> tokenizer.decode(new long[] {-1}))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void halfASurrogatePairBecomesTheReplacementCharacter() {
    try (Tokenizer tokenizer = Tokenizer.load(BPE)) {
      assertThat(tokenizer.decode(tokenizer.encode("a\uD83Eb"))).isEqualTo("a\uFFFDb");
    }
  }

  @Test
  void aMissingOrBrokenTokenizerIsAUserError() throws IOException {
    assertThatThrownBy(() -> Tokenizer.load(directory))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has no tokenizer.json");
    Files.writeString(directory.resolve("tokenizer.json"), "{");
    assertThatThrownBy(() -> Tokenizer.load(directory))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("is not JSON");
    Files.writeString(directory.resolve("tokenizer.json"), "{}");
    assertThatThrownBy(() -> Tokenizer.load(directory))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("model.vocab is missing");
    Files.writeString(
        directory.resolve("tokenizer.json"), "{\"model\": {\"type\": \"?\", \"vocab\": {}}}");
    assertThatThrownBy(() -> Tokenizer.load(directory))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("is not a tokenizer that can be loaded");
    Files.writeString(
        directory.resolve("tokenizer.json"), "{\"model\": {\"vocab\": {\"a\": 99999999999}}}");
    assertThatThrownBy(() -> Tokenizer.load(directory))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("token id 99999999999");
  }

  @Test
  void aClosedTokenizerSaysSo() {
    Tokenizer tokenizer = Tokenizer.load(BPE);
    tokenizer.close();
    tokenizer.close();
    assertThatThrownBy(() -> tokenizer.encode("a")).isInstanceOf(IllegalStateException.class);
  }
}

package io.braid.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each was seen in transformers 5.23: AutoTokenizer beside PreTrainedTokenizerFast. */
class RebuiltTokenizerTest {
  private static final String BYTES =
      "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":false,\"use_regex\":%s}";
  private static final String QWEN2 =
      """
      {"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}| ?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!\\\\S)|\\\\s+"},"behavior":"Isolated","invert":false},%s]}
      """
          .strip()
          .formatted(BYTES.formatted(false));

  @TempDir private Path directory = Path.of("");

  private Optional<String> difference(String type, String tokenizerClass) throws IOException {
    Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"" + type + "\"}");
    Path settings = directory.resolve("tokenizer_config.json");
    Files.writeString(
        settings,
        tokenizerClass.isEmpty() ? "{}" : "{\"tokenizer_class\": \"" + tokenizerClass + "\"}");
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      return RebuiltTokenizer.difference(directory, tokenizer);
    }
  }

  /** A few tokens of bytes, among them the two digits of 12 in one. */
  private void bytes(String normalizer, String preTokenizer) throws IOException {
    StringBuilder vocabulary = new StringBuilder();
    int id = 0;
    for (String token : List.of("1", "2", "a", "b", "Ġ", "7", "?", "12")) {
      vocabulary.append(id == 0 ? "" : ",").append("\"").append(token).append("\":").append(id++);
    }
    Files.writeString(
        directory.resolve("tokenizer.json"),
        """
        {"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":%s,
         "pre_tokenizer":%s,"post_processor":null,"decoder":null,
         "model":{"type":"BPE","dropout":null,"unk_token":null,"continuing_subword_prefix":"",
           "end_of_word_suffix":"","fuse_unk":false,"byte_fallback":false,
           "vocab":{%s},"merges":["1 2"]}}
        """
            .formatted(normalizer, preTokenizer, vocabulary));
  }

  @Test
  void wordsOfAQwen2AreCutIntoDigitsWhateverTheClass() throws IOException {
    WordTokenizerFiles.of(List.of("1", "12", "+")).writeTo(directory);
    for (String name : List.of("PreTrainedTokenizerFast", "Qwen2Tokenizer", "")) {
      assertThat(difference("qwen2", name).orElseThrow())
          .contains("makes a Qwen2Tokenizer", "PreTrainedTokenizerFast.from_pretrained")
          .doesNotContain("\n");
    }
    assertThat(difference("qwen3", "").orElseThrow()).contains("makes a Qwen2Tokenizer");
  }

  @Test
  void aLlamaKeepsItsFile() throws IOException {
    WordTokenizerFiles.of(List.of("1", "12", "+")).writeTo(directory);
    assertThat(difference("llama", "PreTrainedTokenizerFast")).isEmpty();
    assertThat(difference("llama", "")).isEmpty();
    assertThat(difference("qwen3", "TokenizersBackend")).isEmpty();
    assertThat(difference("llama", "GPT2Tokenizer").orElseThrow())
        .contains("makes a GPT2Tokenizer");
  }

  @Test
  void qwensRulesAreThoseOfTheConfig() throws IOException {
    bytes("{\"type\":\"NFC\"}", QWEN2);
    assertThat(difference("qwen2", "Qwen2Tokenizer")).isEmpty();
  }

  @Test
  void rulesOfOthersDifferWhereTheyCutOtherwise() throws IOException {
    bytes("null", BYTES.formatted(true));
    assertThat(difference("qwen2", "Qwen2Tokenizer").orElseThrow())
        .contains("takes \"What is 7 + 12 * 3456?\" for other tokens");
    assertThat(difference("llama", "GPT2Tokenizer")).isEmpty();
    assertThat(difference("llama", "LlamaTokenizerFast")).isEmpty(); // bytes: the file is kept
  }
}

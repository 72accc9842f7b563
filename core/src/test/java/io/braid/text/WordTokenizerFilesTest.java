package io.braid.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordTokenizerFilesTest {
  private static final List<String> ARITHMETIC =
      Stream.concat(
              IntStream.rangeClosed(0, 99).mapToObj(Integer::toString),
              Stream.of("+", "-", "*", "/", "(", ")", "=", ":", ",", "use", "->", "-->"))
          .toList();

  @TempDir private Path directory;

  private Tokenizer load(List<String> words) {
    WordTokenizerFiles.of(words).writeTo(directory);
    return Tokenizer.load(directory);
  }

  @Test
  void oneTokenANumberOrSignHoweverSpaced() {
    try (Tokenizer tokenizer = load(ARITHMETIC)) {
      long[] ids = tokenizer.encode("(3+5)*70");
      assertThat(ids).containsExactly(107, 6, 103, 8, 108, 105, 73);
      assertThat(tokenizer.encode(" ( 3 +\n5 ) * 70 ")).containsExactly(ids);
      assertThat(tokenizer.decode(ids)).isEqualTo("( 3 + 5 ) * 70");
    }
  }

  @Test
  void theLongestSignWins() {
    try (Tokenizer tokenizer = load(ARITHMETIC)) {
      assertThat(tokenizer.decode(tokenizer.encode("1-->2->3-4"))).isEqualTo("1 --> 2 -> 3 - 4");
    }
  }

  @Test
  void padBosAndEosComeFirst() {
    try (Tokenizer tokenizer = load(ARITHMETIC)) {
      assertThat(tokenizer.padId()).hasValue(0);
      assertThat(tokenizer.bosId()).hasValue(1);
      assertThat(tokenizer.eosId()).hasValue(2);
      assertThat(tokenizer.size()).isEqualTo(3 + ARITHMETIC.size());
      assertThat(tokenizer.encodeWithSpecials("7")).containsExactly(10);
      assertThat(tokenizer.encode("7<eos>")).containsExactly(10, 2);
      assertThat(tokenizer.decode(new long[] {1, 10, 2, 0})).isEqualTo("7");
      assertThat(tokenizer.decodeRaw(new long[] {1, 10, 2, 0})).isEqualTo("<bos> 7 <eos> <pad>");
    }
  }

  @Test
  void anUnknownWordIsNotCutIntoKnownOnes() {
    try (Tokenizer tokenizer = load(ARITHMETIC)) {
      assertThatThrownBy(() -> tokenizer.encode("1 + 123"))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("1 + 123");
    }
  }

  @Test
  void theSameWordsGiveTheSameBytes() {
    assertThat(WordTokenizerFiles.of(ARITHMETIC)).isEqualTo(WordTokenizerFiles.of(ARITHMETIC));
  }

  @Test
  void theFilesAreThoseThatTransformersWasSeenToRead() throws IOException {
    Path seen = TokenizerTest.resource("words");
    List<String> words = List.of("0", "1", "12", "+", "-", "(", ")", "->", "use");
    assertThat(WordTokenizerFiles.of(words))
        .isEqualTo(
            new WordTokenizerFiles(
                Files.readString(seen.resolve("tokenizer.json")),
                Files.readString(seen.resolve("tokenizer_config.json")),
                Files.readString(seen.resolve("special_tokens_map.json"))));
    try (Tokenizer tokenizer = Tokenizer.load(seen)) {
      assertThat(tokenizer.encode("(12+1)->0")).containsExactly(8, 5, 6, 4, 9, 10, 3);
      assertThat(tokenizer.encodeWithSpecials("use 1")).containsExactly(11, 4);
    }
  }

  @Test
  void wordsThatCannotOccurInATextAreRefused() {
    for (String word : List.of("", " ", "a b", "<eos>")) {
      assertThatThrownBy(() -> WordTokenizerFiles.of(List.of(word))).isInstanceOf(UserError.class);
    }
    assertThatThrownBy(() -> WordTokenizerFiles.of(List.of("1", "1")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("twice");
  }
}

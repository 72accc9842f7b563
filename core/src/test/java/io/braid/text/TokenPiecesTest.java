package io.braid.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TokenPiecesTest {
  @Test
  void piecesMakeUpTheTextOneForEachToken() {
    try (Tokenizer tokenizer = Tokenizer.load(TokenizerTest.resource("bpe"))) {
      JsonNode golden =
          new JsonMapper().readTree(TokenizerTest.resource("bpe").resolve("golden.json").toFile());
      for (JsonNode each : golden.get("cases")) {
        long[] ids = tokenizer.encode(each.get("text").asString());
        assertThat(TokenPieces.of(tokenizer, ids)).hasSize(ids.length);
        assertThat(String.join("", TokenPieces.of(tokenizer, ids)))
            .isEqualTo(each.get("text").asString());
      }
    }
  }

  @Test
  void aCharacterOfSeveralTokensBelongsToItsLast() {
    try (Tokenizer tokenizer = Tokenizer.load(TokenizerTest.resource("bpe"))) {
      long[] ids = tokenizer.encode("𓀀a");
      assertThat(ids.length).isGreaterThan(2);

      assertThat(TokenPieces.of(tokenizer, ids)).endsWith("𓀀", "a").startsWith("");
      assertThat(TokenPieces.of(tokenizer, ids).getFirst()).isEmpty();
    }
  }

  @Test
  void bytesThatAreNoTextDoNotWaitForEver() {
    try (Tokenizer tokenizer = Tokenizer.load(TokenizerTest.resource("bpe"))) {
      long half = tokenizer.encode("𓀀")[0];
      long[] halves = LongStream.generate(() -> half).limit(40).toArray();

      assertThat(TokenPieces.of(tokenizer, halves).subList(0, 20)).anyMatch(s -> !s.isEmpty());
    }
  }
}

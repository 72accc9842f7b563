package io.braid.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TextStreamTest {
  private static List<String> pieces(TextStream text, long... ids) {
    List<String> pieces = new ArrayList<>();
    for (long id : ids) {
      pieces.add(text.add(id));
    }
    pieces.add(text.end());
    return pieces;
  }

  @Test
  void anUnfinishedCharacterIsHeldBackUntilItIsWhole() {
    try (Tokenizer tokenizer = Tokenizer.load(TokenizerTest.resource("bpe"))) {
      long[] ids = tokenizer.encode("a🙂b");
      TextStream text = new TextStream(tokenizer::decode);
      List<String> pieces = pieces(text, ids);

      assertThat(String.join("", pieces)).isEqualTo("a🙂b").isEqualTo(text.text());
      assertThat(pieces).contains("🙂").noneMatch(piece -> piece.contains("\uFFFD"));
      long[] cut = Arrays.copyOf(ids, 2); // the first byte of the second character
      assertThat(pieces(new TextStream(tokenizer::decode), cut)).endsWith("\uFFFD");
    }
  }

  @Test
  void nothingFollowsAStopString() {
    TextStream text = new TextStream(TextStreamTest::letters, List.of("de", "cd"));

    assertThat(pieces(text, 0, 1, 2, 34, 5, 6)).containsExactly("a", "b", "c", "d", "", "", "");
    assertThat(text.text()).isEqualTo("abcd");
  }

  /** A letter a token; 34 is "de". */
  private static String letters(long[] ids) {
    return Arrays.stream(ids)
        .mapToObj(id -> id == 34 ? "de" : String.valueOf((char) ('a' + id)))
        .collect(Collectors.joining());
  }
}

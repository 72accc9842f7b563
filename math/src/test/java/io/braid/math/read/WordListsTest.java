package io.braid.math.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordListsTest {
  private static final WordLists LISTS =
      WordLists.parse(
          "words.txt",
          """
          // a comment
          [A.WORDS]
          one two
          three

          [A.PHRASES]
          the answer
          -␣
          [A.UNITS]
          m meter metre
          """);

  @Test
  void aListIsWordsPhrasesOrNames() {
    assertThat(LISTS.list("A.WORDS")).containsExactly("one", "two", "three");
    assertThat(LISTS.set("A.WORDS")).containsExactlyInAnyOrder("one", "two", "three");
    assertThat(LISTS.phrases("A.PHRASES")).containsExactly("the answer", "- ");
    assertThat(LISTS.names("A.UNITS")).containsOnlyKeys("m", "meter", "metre").containsValue("m");
    assertThat(LISTS.meanings("A.UNITS")).containsOnlyKeys("meter", "metre");
  }

  @Test
  void aListThatIsMissingOrThereTwiceIsNamed() {
    assertThatThrownBy(() -> LISTS.set("A.NONE")).hasMessage("words.txt has no list [A.NONE]");
    assertThatThrownBy(() -> WordLists.parse("words.txt", "[A]\nx\n[A]\ny"))
        .hasMessage("words.txt has the list [A] twice");
  }

  /** A list that no field reads is dead, and one that a field misses would fail at run time. */
  @ParameterizedTest
  @ValueSource(strings = {"read", "find", "compare"})
  void everyListIsTheOneOfAField(String part) throws Exception {
    String packageName = "io.braid.math." + part;
    List<String> names = headings("/io/braid/math/" + part + "/words.txt");
    assertThat(names).isNotEmpty();
    for (String name : names) {
      String[] place = name.split("\\.");
      Class<?> owner = Class.forName(packageName + "." + place[0]); // initialises its fields
      assertThat(owner.getDeclaredField(place[1])).isNotNull();
    }
  }

  private static List<String> headings(String resource) throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(WordListsTest.class.getResourceAsStream(resource))) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("[") && line.endsWith("]"))
          .map(line -> line.substring(1, line.length() - 1))
          .toList();
    }
  }
}

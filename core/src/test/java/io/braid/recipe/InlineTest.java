package io.braid.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.Inline;
import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that several records share stand among the keys of each. */
class InlineTest {
  record Deepest(@Default("1") int depth) {}

  record Shared(
      @Doc("Tokens computed at once.") @Default("16") int tokens, @Inline Deepest deepest) {
    Shared {
      Check.atLeast("tokens", tokens, 1);
    }
  }

  record Outer(int steps, @Inline Shared shared, @Default("a") String name) {}

  private static final Outer GIVEN = new Outer(3, new Shared(4, new Deepest(2)), "b");

  @TempDir private Path directory = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void name() {
    file = directory.resolve("r.yaml");
  }

  private Outer read(String text, String... overrides) throws IOException {
    return Recipe.read(Files.writeString(file, text), List.of(overrides), Outer.class);
  }

  @Test
  void theirKeysNeedNoKeyOfTheirOwn() throws IOException {
    assertThat(read("steps: 3\ntokens: 4\ndepth: 2\nname: b\n")).isEqualTo(GIVEN);
    assertThat(read("steps: 3\n", "tokens=4"))
        .isEqualTo(new Outer(3, new Shared(4, new Deepest(1)), "a"));
  }

  @Test
  void errorsPointAtTheirKeys() {
    assertThatThrownBy(() -> read("steps: 3\ntokens: 0\n"))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ":2:9: tokens: must be at least 1, got 0");
    assertThatThrownBy(() -> read("steps: 3\ntoken: 1\n"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("token: no such key; did you mean 'tokens'?");
    assertThatThrownBy(() -> read("steps: 3\nshared: {tokens: 1}\n"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("shared: no such key");
  }

  @Test
  void theyAreWrittenAsTheyAreRead() throws IOException {
    String yaml = Recipe.toYaml(GIVEN);

    assertThat(yaml)
        .isEqualTo("steps: 3\n# Tokens computed at once.\ntokens: 4\ndepth: 2\nname: b\n");
    assertThat(read(yaml)).isEqualTo(GIVEN);
  }

  @Test
  void theSchemaKnowsTheirKeys() {
    assertThat(RecipeSchema.of(Outer.class))
        .contains("\"tokens\"", "\"depth\"", "\"Tokens computed at once.\"")
        .doesNotContain("\"shared\"");
  }
}

package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.app.terminal.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that a stranger wrote moves the cursor. */
class PrintableTest {
  private static final String EVIL = "a\u001b[31mred\u009b2Jb\u0007\u202ec\rd";

  @TempDir private static Path directory = Path.of("");

  @Test
  void controlCharactersAreReplacedEverywhere() {
    assertThat(Printable.text(EVIL + "\n\te"))
        .isEqualTo("a\uFFFD[31mred\uFFFD2Jb\uFFFD\uFFFDc\uFFFDd\n\te");
    assertThat(Printable.line(" a \r\n b\u001b ")).isEqualTo("a b\uFFFD");
    assertThat(Printable.json("{\"a\":\"\u009b\u007f\"}")).isEqualTo("{\"a\":\"\\u009b\\u007f\"}");
    assertThat(Printable.text("plain é 東京 🙂")).isEqualTo("plain é 東京 🙂");
  }

  @Test
  void noneComesFromAModelDirectory() throws IOException {
    Path model = TinyModel.in(directory);
    String escapes = "\\u001b[31m\\u009b\\n\\u0007";
    Files.writeString(
        model.resolve("chat_template.jinja"),
        "{{ raise_exception('no" + escapes.replace("\\u001b", "\\x1b") + "') }}");
    printsNoControl("generate", "--model", model.toString(), "--prompt", "1", "--chat");
    Path config = model.resolve("config.json");
    String text = Files.readString(config);
    Files.writeString(config, text.replace("\"qwen2\"", "\"x" + escapes + "\""));
    printsNoControl("generate", "--model", model.toString(), "--prompt", "1");
    Files.writeString(config, text);
    Path tokenizer = model.resolve("tokenizer.json");
    Files.writeString(
        tokenizer, Files.readString(tokenizer).replace("\"WordLevel\"", "\"x" + escapes + "\""));
    printsNoControl("generate", "--model", model.toString(), "--prompt", "1");
  }

  private static void printsNoControl(String... arguments) {
    Terminal.Ended ended = Terminal.here(arguments);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err().strip().lines().toList().getLast()).startsWith("braid: ");
    assertThat(ended.out() + ended.err())
        .matches("(?s)[^\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e]*");
  }
}

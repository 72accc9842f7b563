package io.braid.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What Braid writes is the same in every locale. {@code "%d".formatted(3)} is ۳ in Iran and {@code
 * "%.1f".formatted(0.5)} is 0,5 in Germany, so numbers in names, files and prompts are put in by
 * {@code %s}, or by {@code String.format(Locale.ROOT, …)}. Only what is said of an error may do
 * otherwise.
 */
class LocaleTest {
  /** Conversions whose digits or signs a locale changes; %s and %x are none. */
  private static final Pattern NUMBER =
      Pattern.compile("%(\\d+\\$)?[-#+ 0,(]*\\d*(\\.\\d+)?[deEfgGaAt]");

  private static final Pattern LITERAL =
      Pattern.compile("\"\"\".*?\"\"\"|\"(?:[^\"\\\\\\n]|\\\\.)*\"", Pattern.DOTALL);

  /** A statement that makes an error. */
  private static final Pattern ERROR =
      Pattern.compile("throw |Error\\(|Exception\\(|error\\(|Failed\\(|Refusal\\(|bad\\(|wrong\\(");

  private static final Pattern DEFAULT_LOCALE =
      Pattern.compile(
          "String\\.format\\(\\s*\"|\\.to(Lower|Upper)Case\\(\\)|new"
              + " Formatter\\(|\\.printf\\(|NumberFormat\\.get\\w*\\(\\)|ofPattern\\([^,()]*\\)|Locale\\.getDefault");

  @Test
  void noNumberIsPutIntoATextInTheDefaultLocale() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : sources()) {
      String text = Files.readString(file);
      String bare = withoutLiterals(text);
      Matcher call = Pattern.compile("\\.formatted\\(").matcher(bare);
      while (call.find()) {
        int begin = beginOfStatement(bare, call.start());
        String statement = bare.substring(begin, call.start());
        if (NUMBER.matcher(lastLiteral(text, begin, call.start())).find()
            && !ERROR.matcher(statement).find()) {
          found.add(place(file, text, call.start()));
        }
      }
      Matcher other = DEFAULT_LOCALE.matcher(text);
      while (other.find()) {
        found.add(place(file, text, other.start()));
      }
    }
    assertThat(found).as("use %%s, or String.format(Locale.ROOT, …)").isEmpty();
  }

  @Test
  void theSearchFindsWhatItIsFor() {
    assertThat(NUMBER.matcher("step-%06d").find()).isTrue();
    assertThat(NUMBER.matcher("%.1f %%").find()).isTrue();
    assertThat(NUMBER.matcher("%,d").find()).isTrue();
    assertThat(NUMBER.matcher("100 %% of %s, %016x").find()).isFalse();
    String source = "return \"a;%d\" + \"b\".formatted(3);";
    int call = source.indexOf(".formatted");
    String bare = withoutLiterals(source);
    assertThat(bare).hasSameSizeAs(source);
    assertThat(beginOfStatement(bare, call)).isZero();
    assertThat(lastLiteral(source, 0, call)).isEqualTo("\"b\"");
  }

  /** The same length, with blanks for what stands in quotes and for comments. */
  private static String withoutLiterals(String text) {
    Pattern away =
        Pattern.compile(
            "/\\*.*?\\*/|//[^\\n]*|'(?:[^'\\\\\\n]|\\\\.)'|" + LITERAL.pattern(), Pattern.DOTALL);
    return away.matcher(text).replaceAll(match -> " ".repeat(match.group().length()));
  }

  private static int beginOfStatement(String bare, int before) {
    int begin = -1;
    for (char end : new char[] {';', '{', '}'}) {
      begin = Math.max(begin, bare.lastIndexOf(end, before));
    }
    return begin + 1;
  }

  /** What {@code formatted} is called on, when that is a literal. */
  private static String lastLiteral(String text, int begin, int end) {
    String last = "";
    Matcher literal = LITERAL.matcher(text).region(begin, end);
    while (literal.find()) {
      last = literal.group();
    }
    return last;
  }

  private static String place(Path file, String text, int at) {
    return file + ":" + (1 + text.substring(0, at).chars().filter(c -> c == '\n').count());
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : List.of("math", "templates", "core", "app")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    assertThat(sources).hasSizeGreaterThan(300);
    return sources;
  }
}

package io.braid.templates;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the example of the README as a program, with nothing on its class path but what it names.
 */
class ReadmeTest {
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  @Test
  void theExamplePrintsWhatTheReadmeSays(@TempDir Path directory) throws Exception {
    Path readme =
        Stream.of("README.md", "templates/README.md")
            .map(Path::of)
            .filter(ReadmeTest::isOurs)
            .findFirst()
            .orElseThrow();
    List<String> blocks =
        BLOCK.matcher(Files.readString(readme)).results().map(b -> b.group(2)).toList();
    Path source = Files.writeString(directory.resolve("Example.java"), blocks.getFirst());
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(java, "-cp", classPath(), source.toString())
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    assertThat(printed).isEqualTo(blocks.get(1));
  }

  /** Tests run in the module's directory or in the checkout's. */
  private static boolean isOurs(Path readme) {
    try {
      return Files.exists(readme) && Files.readString(readme).startsWith("# braid-templates");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String classPath() {
    return Stream.of(ChatTemplate.class)
        .map(ReadmeTest::place)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}

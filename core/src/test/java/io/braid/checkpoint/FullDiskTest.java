package io.braid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.UserError;
import io.braid.model.Transformer;
import io.braid.tensor.Engine;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests real write errors in a process that may write no file larger than 64 KiB. */
class FullDiskTest {
  private static final int REFUSED = 42;

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private Path parent;

  @Test
  void aFailedSaveLeavesTheOldModelLoadable() throws IOException, InterruptedException {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "bash is not available");
    Engine.start(); // unpacks the native libraries, which the limit would prevent
    Path target = GoldenModels.copy("llama", parent.resolve("model"));
    byte[] before = Files.readAllBytes(target.resolve("model.safetensors"));
    assertThat(before.length).isGreaterThan(64 << 10);

    Process child =
        new ProcessBuilder(
                "/bin/bash",
                "-c",
                "ulimit -f 64; exec \"$0\" \"$@\"",
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:-UsePerfData",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                SaveOver.class.getName(),
                target.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();

    assertThat(child.exitValue()).as(output).isEqualTo(REFUSED);
    assertThat(output.lines().toList().getLast())
        .startsWith(
            target + ": cannot be written: the file grows larger than is allowed; raise the limit")
        .contains("The data saved earlier is still there");
    assertThat(target.resolve("model.safetensors")).hasBinaryContent(before);
    ModelDirectory.open(target).load(Optional.empty()).close();
    try (Stream<Path> files = Files.list(parent)) {
      assertThat(files.toList()).containsExactly(target);
    }
  }

  /** The child process: saves different weights over the model. */
  static final class SaveOver {
    public static void main(String[] arguments) {
      ModelDirectory origin = ModelDirectory.open(Path.of(arguments[0]));
      try (Transformer model = origin.load(Optional.empty())) {
        try (Scope scope = Scope.open();
            Gradients off = Gradients.off()) {
          model.parameters().forEach(parameter -> parameter.tensor().fillInPlace(0));
        }
        ModelWriter.save(origin.path(), model, origin);
      } catch (UserError e) {
        System.out.println(e.getMessage());
        System.exit(REFUSED);
      }
    }
  }
}

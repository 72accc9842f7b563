package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests Braid as a library, whose users may start the JVM with any flags. */
class EmbeddingProgramTest {
  @TempDir private Path directory;

  @Test
  void withoutAnyFlagItWorksAndReportsTheMissingFlagOnce() throws Exception {
    Path err = directory.resolve("err");
    List<String> lines = run(err, List.of());

    assertThat(lines).hasSize(3);
    String[] losses = lines.getLast().split(" ");
    assertThat(Double.parseDouble(losses[1])).isLessThan(Double.parseDouble(losses[0]) / 2);
    assertThat(said(err))
        .singleElement()
        .asString()
        .startsWith("training and sampling: there are no vectors (the JVM was started without")
        .endsWith("; start the JVM with --add-modules jdk.incubator.vector");
  }

  @Test
  void withVectorsItReportsNothing() throws Exception {
    Path err = directory.resolve("err");
    List<String> lines =
        run(err, List.of("--add-modules", "jdk.incubator.vector", "-Dbraid.lanes=4"));

    assertThat(lines).hasSize(3);
    assertThat(said(err)).isEmpty();
  }

  /** Only Arrow's library requires a flag. */
  @Test
  void anArrowFileIsRefusedWithTheFlagThatItNeeds() throws Exception {
    Path file = directory.resolve("problems.arrow");
    try (BufferAllocator memory = new RootAllocator();
        BigIntVector numbers = new BigIntVector("number", memory)) {
      numbers.setSafe(0, 7);
      numbers.setValueCount(1);
      try (VectorSchemaRoot root = VectorSchemaRoot.of(numbers);
          OutputStream out = Files.newOutputStream(file);
          ArrowStreamWriter writer =
              new ArrowStreamWriter(root, new DictionaryProvider.MapDictionaryProvider(), out)) {
        writer.writeBatch();
      }
    }
    String flag = "--add-opens=java.base/java.nio=ALL-UNNAMED";
    Path err = directory.resolve("err");

    assertThat(run(err, List.of(), file.toString()))
        .singleElement()
        .asString()
        .startsWith(file + ": reading Arrow needs")
        .contains("start the JVM with " + flag);
    assertThat(run(err, List.of(flag), file.toString())).containsExactly("1 records");
  }

  private static List<String> run(Path err, List<String> flags, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC"));
    command.addAll(flags);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), EmbeddingProgram.class.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(err)).isZero();
    return out.lines().toList();
  }

  /**
   * Returns Braid's messages: written directly if the class path has no logging library, else
   * logged as warnings.
   */
  private static List<String> said(Path err) throws IOException {
    return Files.readAllLines(err).stream()
        .filter(line -> line.startsWith("braid: ") || line.contains("WARN "))
        .map(line -> line.replaceFirst("^braid: |^.*WARN +(\\S+ -- )?", ""))
        .toList();
  }
}

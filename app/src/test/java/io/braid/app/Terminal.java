package io.braid.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line, in a process of its own as a user runs it, or in this one. */
final class Terminal {
  private Terminal() {}

  /**
   * How a command ended.
   *
   * @param exit its exit code
   * @param out its standard output
   * @param err its standard error
   */
  record Ended(int exit, String out, String err) {
    String lastLine() {
      return out.strip().lines().reduce("", (before, line) -> line);
    }
  }

  /** In this process: a process for each of many cases would cost a second each. */
  static synchronized Ended here(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream newOut = new ByteArrayOutputStream();
    ByteArrayOutputStream newErr = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(newOut, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(newErr, true, StandardCharsets.UTF_8));
      int exit = Braid.run(arguments);
      return new Ended(
          exit, newOut.toString(StandardCharsets.UTF_8), newErr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  static Ended run(Path directory, String... arguments) {
    try {
      Process process = start(directory, List.of(), arguments);
      String[] err = new String[1];
      Thread reader = Thread.ofVirtual().start(() -> err[0] = read(process.getErrorStream()));
      String out = read(process.getInputStream());
      int exit = process.waitFor();
      reader.join();
      return new Ended(exit, out, err[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts a command; what it prints must be read or sent away by the caller. */
  static Process start(Path directory, List<String> before, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx512m", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.braid.app.Braid"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).directory(directory.toFile()).start();
  }

  private static String read(java.io.InputStream stream) {
    try {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

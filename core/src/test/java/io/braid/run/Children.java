package io.braid.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** JVMs that tests start with a main class of their own. */
final class Children {
  private Children() {}

  static Process start(Class<?> main, String... args) throws IOException {
    return start(List.of(), main, args);
  }

  /** Behind a command such as nohup. */
  static Process start(List<String> before, Class<?> main, String... args) throws IOException {
    List<String> command = new ArrayList<>(before);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}

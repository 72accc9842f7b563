package io.braid.app;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Runs typical commands once, so that the JVM can record which classes they load and which methods
 * they run. The launcher makes the JVM's caches from such records.
 */
final class Rehearsal {
  private Rehearsal() {}

  /**
   * Runs commands that compute nothing; or, with a directory in which to work, those that compute.
   *
   * @throws IOException if a command fails
   */
  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    if (args.length == 0) {
      answer();
    } else {
      compute(Path.of(args[0]));
    }
  }

  private static void answer() throws IOException {
    run("--help");
    run("verify", "--help");
    run("verify", "--gold", "1/2", "--prediction", "so \\boxed{0.5}");
    run("verify", "--gold", "(-\\infty, 2]", "--prediction", "x \\le 2", "--json");
  }

  private static void compute(Path directory) throws IOException {
    String model = directory.resolve("blank").toString();
    List<String> blank = new ArrayList<>(List.of("blank", "--out", model));
    List.of("+", "-", "*", "/", "(", ")", "=", ":")
        .forEach(word -> blank.addAll(List.of("--word", word)));
    run(blank.toArray(String[]::new));
    run("generate", "--model", model, "--prompt", "3", "--max-new-tokens", "4");
    Path recipe = directory.resolve("recipe.yaml");
    Files.writeString(recipe, "data: 'countdown:count=8'\nsteps: 1\nbatch_size: 2\n");
    String trained = "model='" + model.replace("'", "''") + "'";
    run("sft", recipe.toString(), trained, "--out", directory.resolve("sft").toString());
  }

  private static void run(String... command) throws IOException {
    int code = Braid.run(command);
    if (code != 0) {
      throw new IOException("braid " + String.join(" ", command) + " ended with code " + code);
    }
  }
}

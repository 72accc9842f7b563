package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.math.MathAnswers;
import io.braid.templates.ChatTemplate;
import io.braid.tensor.Engine;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code braid} in a copy of a built checkout, and its start files. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LauncherTest {
  private static final String PREPARING = "braid: preparing a faster start";
  private static final String[] QUESTION = {"verify", "--gold", "1/2", "--prediction", "0.5"};

  @TempDir private Path directory = Path.of("");
  private Path home = Path.of("");

  @BeforeEach
  void copyABuiltCheckout() throws Exception {
    home = directory.resolve("a checkout");
    Files.createDirectories(home.resolve(".mvn"));
    Files.copy(Path.of("..", "braid"), home.resolve("braid"));
    Files.copy(Path.of("..", ".mvn", "jdk.sh"), home.resolve(".mvn/jdk.sh"));
    copyClasses(Braid.class, "app");
    copyClasses(Engine.class, "core");
    copyClasses(MathAnswers.class, "math");
    copyClasses(ChatTemplate.class, "templates");
    Files.writeString(home.resolve("app/target/classpath"), libraries());
  }

  @Test
  void theSecondStartUsesWhatTheFirstOnePrepared() throws Exception {
    Started first = start(Map.of(), QUESTION);
    assertThat(first.err()).contains(PREPARING);
    assertThat(first.out()).endsWith("equal\n");

    Path log = directory.resolve("classes");
    Started second = start(Map.of("BRAID_JAVA_OPTS", "-Xlog:class+load:file=" + log), QUESTION);
    assertThat(second).isEqualTo(new Started(0, first.out(), ""));
    assertThat(cached(log)).contains("io.braid.app.Braid", "picocli.CommandLine");
  }

  @Test
  void aNewerClassMakesStartFilesStale() throws Exception {
    start(Map.of(), QUESTION);
    for (int time = 1; time <= 2; time++) {
      Path before = startFiles();
      Files.setLastModifiedTime(
          home.resolve("core/target/classes/io/braid/UserError.class"),
          FileTime.from(Instant.now()));
      assertThat(start(Map.of(), QUESTION).err()).contains(PREPARING);
      assertThat(startFiles()).isNotEqualTo(before);
      assertThat(start(Map.of(), QUESTION).err()).isEmpty();
    }
    try (Stream<Path> places = Files.list(startFiles().getParent())) {
      assertThat(places.filter(Files::isDirectory)).as("the last two").hasSize(2);
    }
  }

  @Test
  void startFilesForAnotherClassPathAreStale() throws Exception {
    start(Map.of(), QUESTION);
    Files.writeString(home.resolve("app/target/classpath"), libraries() + ":/nonexistent.jar");
    assertThat(start(Map.of(), QUESTION).err()).contains(PREPARING);
  }

  @Test
  void theUsersOwnClassesComeAfterTheCachedOnes() throws Exception {
    start(Map.of(), QUESTION);
    Path log = directory.resolve("classes");
    Started own =
        start(
            Map.of(
                "BRAID_CLASSPATH",
                directory.toString(),
                "BRAID_JAVA_OPTS",
                "-Xlog:class+load:file=" + log),
            QUESTION);
    assertThat(own).isEqualTo(new Started(0, own.out(), ""));
    assertThat(cached(log)).contains("io.braid.app.Braid");
  }

  @Test
  void worksThroughALinkFromAnotherDirectory() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), home.resolve("braid"));
    start(Map.of(), QUESTION);
    Started linked = begin(link, directory, Map.of(), QUESTION).ended();
    assertThat(linked.err()).isEmpty();
    assertThat(linked.out()).endsWith("equal\n");
  }

  @Test
  void whereTheCheckoutCannotBeWrittenTheUsersCacheHoldsTheStartFiles() throws Exception {
    Files.createFile(home.resolve("app/target/start")); // no directory can be made here
    Map<String, String> users = Map.of("XDG_CACHE_HOME", directory.resolve("users").toString());
    assertThat(start(users, QUESTION).err()).contains(PREPARING);
    assertThat(start(users, QUESTION).err()).isEmpty();
    assertThat(directory.resolve("users/braid")).isDirectory();

    Started nowhere = start(Map.of("XDG_CACHE_HOME", home.resolve("braid").toString()), QUESTION);
    assertThat(nowhere.err()).startsWith("braid: cannot write ").hasLineCount(1);
    assertThat(nowhere.out()).endsWith("equal\n");
  }

  @Test
  void aCommandWorksAndOneLineSaysSoIfTheJvmCannotMakeACache() throws Exception {
    Path jdk = directory.resolve("jdk");
    Files.createDirectories(jdk.resolve("bin"));
    Path real = Path.of(System.getProperty("java.home"));
    Files.copy(real.resolve("release"), jdk.resolve("release"));
    script(jdk.resolve("bin/javac"), "exit 1");
    script(
        jdk.resolve("bin/java"),
        "case \"$*\" in *AOTCacheOutput*) echo no room; exit 1 ;; esac",
        "exec '" + real.resolve("bin/java") + "' \"$@\"");
    Map<String, String> environment = Map.of("JAVA_HOME", jdk.toString());

    Started first = start(environment, QUESTION);
    assertThat(first.err().lines().skip(1))
        .singleElement()
        .asString()
        .startsWith("braid: could not prepare a faster start (");
    assertThat(first.out()).endsWith("equal\n");
    assertThat(startFiles().resolve("log")).hasContent("no room");
    assertThat(start(environment, QUESTION)).isEqualTo(new Started(0, first.out(), ""));
  }

  @Test
  void firstStartsAtTheSameTimeDoNotDisturbEachOther() throws Exception {
    List<Running> together = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      together.add(begin(home.resolve("braid"), home, Map.of(), QUESTION));
    }
    for (Running each : together) {
      Started ended = each.ended();
      assertThat(ended.exit()).as(ended.err()).isZero();
      assertThat(ended.out()).endsWith("equal\n");
    }
    assertThat(start(Map.of(), QUESTION).exit()).isZero();
    assertThat(start(Map.of(), QUESTION).err()).isEmpty();
  }

  // ---- starting -------------------------------------------------------------------------------

  private record Started(int exit, String out, String err) {}

  private record Running(Process process, Path out, Path err) {
    Started ended() throws Exception {
      int exit = process.waitFor();
      return new Started(exit, Files.readString(out), Files.readString(err));
    }
  }

  private Started start(Map<String, String> environment, String... arguments) throws Exception {
    Started ended = begin(home.resolve("braid"), home, environment, arguments).ended();
    assertThat(ended.exit()).as(ended.err()).isZero();
    return ended;
  }

  private Running begin(
      Path script, Path working, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", script.toString()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(directory, "out", "");
    Path err = Files.createTempFile(directory, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(working.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("BRAID_"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    return new Running(builder.start(), out, err);
  }

  // ---- the checkout ---------------------------------------------------------------------------

  private Path startFiles() throws IOException {
    Path place = home.resolve("app/target/start");
    return place.resolve(Files.readString(place.resolve("current")).strip());
  }

  /** The names of the classes that the JVM took from its cache, by its log of loaded classes. */
  private static List<String> cached(Path log) throws IOException {
    return Files.readAllLines(log).stream()
        .filter(line -> line.contains("shared objects file"))
        .map(line -> line.replaceFirst(".*\\] (\\S+) source:.*", "$1"))
        .toList();
  }

  private static void script(Path file, String... lines) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private void copyClasses(Class<?> one, String module) throws IOException, URISyntaxException {
    Path from = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path classes = Files.isDirectory(from) ? from : from.resolveSibling("classes");
    Path to = home.resolve(module).resolve("target/classes");
    try (Stream<Path> all = Files.walk(classes)) {
      for (Path each : all.toList()) {
        Path copy = to.resolve(classes.relativize(each).toString());
        if (Files.isDirectory(each)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(each, copy);
        }
      }
    }
  }

  /** The class path of this test without Braid's own classes. */
  private static String libraries() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.endsWith(".jar") && !new File(entry).getName().startsWith("braid-"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}

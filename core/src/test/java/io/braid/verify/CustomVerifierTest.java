package io.braid.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests user classes, compiled into a jar that only the recipe names. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CustomVerifierTest {
  private static final String SOURCE =
      """
      package my;
      import io.braid.verify.*;
      import java.util.*;
      public class Verifiers {
        public static class Shortest implements Verifier {
          private final int most;
          public Shortest(Map<String, String> settings) {
            most = Integer.parseInt(settings.getOrDefault("most", "3"));
          }
          @Override public Verdict judge(Submission s) {
            boolean shorter = s.response().length() <= most;
            return new Verdict(shorter ? 1 : 0, shorter, Optional.empty(), "counted");
          }
        }
        public static class Plain implements Verifier {
          @Override public Verdict judge(Submission s) {
            return switch (s.response()) {
              case "nan" -> new Verdict(Double.NaN, false, Optional.empty(), "");
              case "null" -> null;
              case "throw" -> throw new IllegalStateException("oh");
              default -> new Verdict(1, true, Optional.empty(), "");
            };
          }
        }
        public static class Hangs implements Verifier {
          @Override public Verdict judge(Submission s) {
            long end = System.nanoTime() + 5_000_000_000L; // long after the limit, but not endless, to spare the machine
            while (System.nanoTime() < end) {
              if (s.response().equals("sleep")) {
                try { Thread.sleep(100); } catch (InterruptedException e) { }
              }
            }
            return null;
          }
        }
        public static class Parts implements Verifier {
          @Override public Verdict judge(Submission s) {
            List<PartRewards.Step> steps = new ArrayList<>();
            steps.add(new PartRewards.Step(1, s.response().equals("inf") ? 1 / 0.0 : 0.25));
            steps.add(new PartRewards.Step(3, 0.5));
            return Verdict.ofParts(new PartRewards.Steps(steps), true, "by steps");
          }
          @Override public Optional<String> unreadable(io.braid.task.Problem p) {
            return p.question().equals("bad") ? Optional.of("no") : Optional.empty();
          }
        }
        public static class Few extends Plain {
          @Override public List<Verdict> judgeAll(List<Submission> all) { return List.of(); }
        }
        public static class Throws implements Verifier {
          public Throws() { throw new IllegalArgumentException("no licence"); }
          @Override public Verdict judge(Submission s) { return null; }
        }
        public static abstract class Abstract implements Verifier {}
        public static class NoVerifier {}
        public static class Wants implements Verifier {
          public Wants(int number) {}
          @Override public Verdict judge(Submission s) { return null; }
        }
      }
      """;

  @TempDir private static Path directory = Path.of("");
  private Path jar = Path.of("");

  @BeforeAll
  void compile() throws IOException {
    Path source = Files.createDirectories(directory.resolve("my")).resolve("Verifiers.java");
    Files.writeString(source, SOURCE);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int failed =
        compiler.run(
            null,
            null,
            null,
            "-proc:none",
            "-cp",
            System.getProperty("java.class.path"),
            source.toString());
    assertThat(failed).isZero();
    jar = directory.resolve("my.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream into = new JarOutputStream(out);
        var files = Files.list(source.getParent())) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        into.putNextEntry(new JarEntry("my/" + file.getFileName()));
        into.write(Files.readAllBytes(file));
      }
    }
  }

  private Custom custom(String name, Map<String, String> settings) {
    return new Custom("my.Verifiers$" + name, Optional.of(jar), settings);
  }

  @Test
  void judgesWithTheRecipesSettings() {
    assertThat(Judged.by(custom("Shortest", Map.of()), "?", "1234").reward()).isZero();
    assertThat(Judged.by(custom("Shortest", Map.of("most", "4")), "?", "1234").reward())
        .isEqualTo(1);
    assertThat(Judged.by(custom("Plain", Map.of()), "?", "x").correct()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Missing    | no such class in
          NoVerifier | does not implement io.braid.verify.Verifier
          Throws     | its constructor throws IllegalArgumentException: no licence
          Abstract   | must be a public class that is not abstract
          Wants      | has no public constructor without parameters or with a Map<String, String>
          """)
  void refusesAClassThatCannotBeInstantiated(String name, String why) {
    assertThatThrownBy(() -> custom(name, Map.of()).create())
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("verifier my.Verifiers$" + name + ": ")
        .hasMessageContaining(why);
  }

  @Test
  void refusesSettingsThatTheConstructorDoesNotAccept() {
    assertThatThrownBy(() -> custom("Plain", Map.of("most", "4")).create())
        .isInstanceOf(UserError.class)
        .hasMessageContaining("takes no settings");
  }

  @Test
  void refusesAMissingJar() {
    Custom missing = new Custom("my.V", Optional.of(directory.resolve("no.jar")), Map.of());

    assertThatThrownBy(missing::create)
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("verifier.jar: ")
        .hasMessageContaining("no.jar cannot be read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nan   | returned the reward NaN, which is not finite
          null  | returned null as a verdict
          throw | failed while judging: IllegalStateException: oh
          """)
  void anErrorOfTheClassEndsTheRunWithItsName(String response, String why) {
    for (boolean one : List.of(true, false)) {
      Submission submission = Submission.of(Judged.problem("?"), response);
      try (Verifier verifier = custom("Plain", Map.of()).create()) {
        assertThatThrownBy(
                () -> {
                  if (one) {
                    verifier.judge(submission);
                  } else {
                    verifier.judgeAll(List.of(submission));
                  }
                })
            .isInstanceOf(UserError.class)
            .hasMessage("verifier my.Verifiers$Plain: " + why);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"sleep, true", "sleep, false", "spin, true", "spin, false"})
  @Timeout(60)
  void aCallThatNeverReturnsEndsTheRunWithTheClassName(String response, boolean one) {
    Custom hangs = new Custom("my.Verifiers$Hangs", Optional.of(jar), Map.of(), 0.2);
    Submission submission = Submission.of(Judged.problem("?"), response);
    Verifier verifier = hangs.create();
    assertThatThrownBy(
            () -> {
              if (one) {
                verifier.judge(submission);
              } else {
                verifier.judgeAll(List.of(submission, submission));
              }
            })
        .isInstanceOf(UserError.class)
        .hasMessage(
            "verifier my.Verifiers$Hangs: has not returned after 0.2 seconds; fix it, or raise"
                + " verifier.seconds");
    verifier.close();
    assertThat(Judged.by(custom("Shortest", Map.of()), "?", "1").correct())
        .as("others are judged in the meantime")
        .isTrue();
  }

  @Test
  void mayRewardPartsAndReportUnreadableProblems() {
    try (Verifier verifier = custom("Parts", Map.of()).create()) {
      Verdict verdict = verifier.judge(Submission.of(Judged.problem("?"), "abc"));
      assertThat(verdict.reward()).isEqualTo(0.75);
      assertThat(verdict.parts().orElseThrow().numbers()).containsExactly(0.25, 0.5);
      assertThat(verifier.unreadable(Judged.problem("?"))).isEmpty();
      assertThatThrownBy(() -> verifier.judge(Submission.of(Judged.problem("?"), "inf")))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "verifier my.Verifiers$Parts: returned the reward Infinity, which is not finite");
    }
  }

  @Test
  void aWrongNumberOfVerdictsEndsTheRun() {
    try (Verifier verifier = custom("Few", Map.of()).create()) {
      assertThatThrownBy(() -> verifier.judgeAll(List.of(Submission.of(Judged.problem("?"), "x"))))
          .isInstanceOf(UserError.class)
          .hasMessage("verifier my.Verifiers$Few: returned 0 verdicts for 1 responses");
    }
  }
}

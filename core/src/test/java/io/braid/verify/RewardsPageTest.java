package io.braid.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.verify.PartRewards.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the classes that docs/rewards.md shows. */
class RewardsPageTest {
  private static final Pattern CODE =
      Pattern.compile("^```java\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  private static final Pattern NAME = Pattern.compile("public class (\\w+)");

  @TempDir private static Path directory = Path.of("");

  @BeforeAll
  static void compileThePage() throws IOException {
    List<String> sources =
        CODE.matcher(Files.readString(page())).results().map(block -> block.group(1)).toList();
    assertThat(sources).hasSize(2);
    for (String source : sources) {
      assertThat(source.lines().count()).isLessThan(40);
      Matcher name = NAME.matcher(source);
      assertThat(name.find()).isTrue();
      Path file = directory.resolve(name.group(1) + ".java");
      Files.writeString(file, source);
      String classPath = System.getProperty("java.class.path");
      int failed =
          ToolProvider.getSystemJavaCompiler()
              .run(
                  null,
                  null,
                  null,
                  "-proc:none",
                  "-cp",
                  classPath,
                  "-d",
                  directory.toString(),
                  file.toString());
      assertThat(failed).as(source).isZero();
    }
  }

  /** Tests run in the module's directory or in the checkout's. */
  private static Path page() {
    Path inModule = Path.of("..", "docs", "rewards.md");
    return Files.exists(inModule) ? inModule : Path.of("docs", "rewards.md");
  }

  private static Verdict by(String name, Map<String, String> settings, Submission submission) {
    return Judged.by(new Custom("my." + name, Optional.of(directory), settings), submission);
  }

  @Test
  void theClassJudgesTheWholeResponse() {
    Submission response = Submission.of(Judged.problem("?"), "12345");
    assertThat(by("Brief", Map.of(), response).reward()).isEqualTo(1);
    assertThat(by("Brief", Map.of("most", "4"), response).reason()).isEqualTo("long");
  }

  @Test
  void theClassJudgesEachStep() {
    String response = "2+3 = 5\n5*2 = 11\nso \\boxed{10}";
    Verdict verdict = by("Lines", Map.of(), Submission.of(Judged.problem("10"), response));
    assertThat(verdict.parts())
        .contains(
            new PartRewards.Steps(
                List.of(new Step(8, 0.1), new Step(17, 0), new Step(response.length(), 1))));
    assertThat(verdict.reward()).isEqualTo(1.1);
    assertThat(verdict.correct()).isTrue();
    assertThat(by("Lines", Map.of(), Submission.of(Judged.problem("10"), "")).parts())
        .contains(new PartRewards.Steps(List.of()));
  }
}

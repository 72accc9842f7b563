package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.braid.app.Terminal.Ended;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** Compiles the examples of docs/extending.md, and trains with each as the page says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExtendingPageTest {
  private static final Path PAGE = Path.of("..", "docs", "extending.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("```java\n(?<code>.*?)```\n+```yaml\n(?<recipe>.*?)```", Pattern.DOTALL);
  private static final Pattern CLASS = Pattern.compile("public (?:class|record) (?<name>\\w+)");
  private static final int LONGEST = 40;

  /** Classes that a recipe must not take. */
  private static final String UNFIT =
      """
      package my;
      import io.braid.objective.Estimate;
      import io.braid.objective.advantage.AdvantageEstimator;
      import io.braid.trajectory.Trajectories;
      public class Unfit {
        public record Other(int number) {}
        public static class NoRecord implements AdvantageEstimator {
          @Override public Estimate estimate(Trajectories t) { return Estimate.of(new double[0]); }
        }
        record Hidden() implements AdvantageEstimator {
          @Override public Estimate estimate(Trajectories t) { return Estimate.of(new double[0]); }
        }
        public record Odd(float number) implements AdvantageEstimator {
          @Override public Estimate estimate(Trajectories t) { return Estimate.of(new double[0]); }
        }
        public record Short() implements AdvantageEstimator {
          @Override public Estimate estimate(Trajectories t) { return Estimate.of(new double[1]); }
        }
        public record Null() implements AdvantageEstimator {
          @Override public Estimate estimate(Trajectories t) { return null; }
        }
        public record NullNext() implements io.braid.sampling.CurriculumSettings {
          @Override
          public io.braid.sampling.Curriculum create(io.braid.sampling.Order order, int n, long seed) {
            return request -> null;
          }
        }
        public record NullSignal() implements io.braid.objective.signal.TokenSignalSettings {
          @Override public io.braid.objective.signal.TokenSignal create() { return null; }
        }
        public record NotANumber() implements AdvantageEstimator {
          @Override public Estimate estimate(Trajectories t) {
            double[] all = new double[t.tokens()];
            java.util.Arrays.fill(all, Double.NaN);
            return Estimate.of(all);
          }
        }
        public record Infinite() implements io.braid.objective.signal.TokenSignalSettings {
          @Override public io.braid.objective.signal.TokenSignal create() {
            return (step, t) -> part -> {
              double[] rewards = new double[part.tokens()];
              rewards[0] = 1 / 0.0;
              return rewards;
            };
          }
        }
        public record Longer() implements io.braid.objective.signal.TokenSignalSettings {
          @Override public io.braid.objective.signal.TokenSignal create() {
            return (step, t) -> part -> new double[part.tokens() + 1];
          }
        }
        public record Beyond(int problem) implements io.braid.sampling.CurriculumSettings {
          @Override public io.braid.sampling.Curriculum create(
              io.braid.sampling.Order order, int problems, long seed) {
            return request -> problem < 0 ? new int[0] : new int[] {problem};
          }
        }
        public record Throws(int number) implements AdvantageEstimator {
          public Throws { throw new IllegalStateException("no " + number); }
          @Override public Estimate estimate(Trajectories t) { return Estimate.of(new double[0]); }
        }
      }
      """;

  /** Classes that throw, each somewhere else. */
  private static final String FAILING =
      """
      package my;
      import io.braid.objective.*;
      import io.braid.objective.advantage.*;
      import io.braid.objective.loss.*;
      import io.braid.objective.signal.*;
      import io.braid.sampling.*;
      import io.braid.trajectory.*;
      public class Failing {
        public record Estimating() implements AdvantageEstimator {
          @Override public Estimate estimate(Trajectories t) {
            return Estimate.of(new double[] {t.get(Column.REWARD)[t.rows()]});
          }
        }
        public record Checking() implements AdvantageEstimator {
          @Override public Estimate estimate(Trajectories t) { return Estimate.of(new double[0]); }
          @Override public int smallestGroup() { throw new IllegalStateException(); }
        }
        public record Making() implements LossSettings {
          @Override public PolicyLoss create(int hiddenSize, long seed) {
            throw new IllegalStateException("no loss");
          }
        }
        public record Losing() implements LossSettings {
          @Override public PolicyLoss create(int hiddenSize, long seed) {
            return batch -> new LossValue(
                batch.logProbs().plus(io.braid.tensor.Tensor.of(new double[777], 777)).sum(),
                java.util.Map.of());
          }
        }
        public record Choosing(int from) implements CurriculumSettings {
          @Override public Curriculum create(Order order, int problems, long seed) {
            return request -> {
              assertTrue(request.step() < from);
              return request.round() == 0 ? new int[] {0, 1, 2, 3} : new int[0];
            };
          }
        }
        static void assertTrue(boolean holds) {
          if (!holds) { throw new AssertionError("far enough"); }
        }
        public record Beginning() implements TokenSignalSettings {
          @Override public TokenSignal create() {
            return (step, t) -> { throw new UnsupportedOperationException("begin"); };
          }
        }
        public record Rewarding() implements TokenSignalSettings {
          @Override public TokenSignal create() {
            return (step, t) -> part -> { throw new UnsupportedOperationException("rewards"); };
          }
        }
        public record Exhausting() implements AdvantageEstimator {
          @Override public Estimate estimate(Trajectories t) {
            throw new OutOfMemoryError("made up");
          }
        }
      }
      """;

  /** Rewards that differ within every group, so that there is something to learn. */
  private static final String VARIED =
      """
      package my;
      import io.braid.verify.*;
      import java.util.*;
      public class Varied implements Verifier {
        @Override public Verdict judge(Submission s) {
          double reward = Arrays.stream(s.ids()).sum() % 5 / 4.0;
          return new Verdict(reward, reward == 1, Optional.empty(), "by the sum of ids");
        }
      }
      """;

  @TempDir private static Path directory = Path.of("");
  private Path model = Path.of("");
  private URLClassLoader classes = new URLClassLoader(new URL[0]);
  private ClassLoader before = ExtendingPageTest.class.getClassLoader();

  /** An example: the name of its class, its code and its recipe's lines. */
  record Example(String name, String code, String recipe) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Example> examples() throws IOException {
    List<Example> examples = new ArrayList<>();
    Matcher matcher = EXAMPLE.matcher(Files.readString(PAGE));
    while (matcher.find()) {
      Matcher name = CLASS.matcher(matcher.group("code"));
      assertThat(name.find()).isTrue();
      examples.add(new Example(name.group("name"), matcher.group("code"), matcher.group("recipe")));
    }
    return examples;
  }

  @BeforeAll
  void compile() throws IOException {
    model = TinyModel.in(directory);
    Path sources = Files.createDirectories(directory.resolve("sources/my"));
    for (Example example : examples()) {
      Files.writeString(sources.resolve(example.name() + ".java"), example.code());
    }
    Files.writeString(sources.resolve("Unfit.java"), UNFIT);
    Files.writeString(sources.resolve("Failing.java"), FAILING);
    Files.writeString(sources.resolve("Varied.java"), VARIED);
    Path compiled = Files.createDirectories(directory.resolve("classes"));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                compiled.toString()));
    try (Stream<Path> files = Files.list(sources)) {
      files.map(Path::toString).forEach(arguments::add);
    }
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, arguments.toArray(String[]::new)))
        .isZero();
    before = Thread.currentThread().getContextClassLoader();
    classes = new URLClassLoader(new URL[] {compiled.toUri().toURL()}, before);
    Thread.currentThread().setContextClassLoader(classes);
  }

  @AfterAll
  void close() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    classes.close();
  }

  private Path recipe(String name, String lines) throws IOException {
    String verifier =
        lines.contains("verifier:") ? "" : "verifier: {type: custom, class: my.Varied}\n";
    return Files.writeString(
        directory.resolve(name + ".yaml"),
        """
        model: %s
        data: countdown:solutions=2,sameness=order
        steps: 3
        prompts_per_step: 4
        rollout: {samples: 4, max_new_tokens: 6}
        saving: {checkpoint_every_steps: 2}
        optimizer: {learning_rate: 1e-3}
        %s\
        """
            .formatted(model, verifier + lines));
  }

  private static Ended train(Path recipe, Path out, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("train", recipe.toString(), "--out", out.toString()));
    arguments.addAll(List.of(more));
    return Terminal.here(arguments.toArray(String[]::new));
  }

  @Test
  void thePageShowsFiveExamplesOfAtMostFortyLines() throws IOException {
    assertThat(examples())
        .hasSize(5)
        .allSatisfy(
            example -> assertThat(example.code().lines().count()).isLessThanOrEqualTo(LONGEST));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void theExampleTrainsAndResumesExactly(Example example) throws IOException {
    Path recipe = recipe(example.name(), example.recipe());
    Path out = directory.resolve("run-" + example.name());
    Path again = directory.resolve("again-" + example.name());

    Ended ended = train(recipe, out);
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(out.resolve("model/model.safetensors").toFile())
        .as("it learned")
        .satisfies(file ->
            assertThat(Files.mismatch(file.toPath(), model.resolve("model.safetensors")))
                .isNotEqualTo(-1));
    assertThat(metric(out, "grad_norm")).isPositive();
    assertThat(out.resolve("recipe.yaml")).content().contains("my." + example.name());

    Ended whole = train(recipe, again);
    assertThat(whole.exit()).as(whole.err()).isZero();
    delete(again.resolve("checkpoints/step-000003"));
    delete(again.resolve("model"));
    Ended resumed = train(recipe, again, "--resume");
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(again.resolve("model/model.safetensors"))
        .hasSameBinaryContentAs(out.resolve("model/model.safetensors"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          my.Missing                           | there is no class 'my.Missing' on the class path; name its directory or jar in BRAID_CLASSPATH
          io.braid.Rlooo                       | Braid's own is 'rloo'
          my.Unfit$Other                       | does not implement io.braid.objective.advantage.AdvantageEstimator
          my.Unfit$NoRecord                    | is not a record
          my.Unfit$Hidden                      | is not public
          {type: my.Unfit$Throws, number: 3}   | the constructor of my.Unfit$Throws throws IllegalStateException: no 3
          {type: my.MedianBaseline, skale: 3}  | advantage.skale: no such key; did you mean 'scale'?
          my.MedianBaseline                    | advantage.scale: missing
          {type: my.Unfit$Odd, number: 3}      | has the component 'number' of type float; a recipe can state int
          """)
  void anInvalidAdvantageIsRefusedInOneLine(String advantage, String said) throws IOException {
    Ended ended =
        train(recipe("unfit", "advantage: " + advantage + "\n"), directory.resolve("unfit"));
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err().strip().lines().reduce("", (_, line) -> line)).contains(said);
    assertThat(directory.resolve("unfit")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          advantage: my.Unfit$Short                            | advantage: my.Unfit$Short returned 1 numbers for
          advantage: my.Unfit$Null                             | advantage: my.Unfit$Null returned null from estimate(); return a value
          curriculum: my.Unfit$NullNext                        | returned null from next(); return a value
          rewards: {signals: [my.Unfit$NullSignal]}            | rewards.signals: my.Unfit$NullSignal returned null from create(); return a value
          advantage: my.Unfit$NotANumber                       | advantage: my.Unfit$NotANumber gives NaN for the reward
          rewards: {signals: [my.Unfit$Infinite]}              | rewards.signals: my.Unfit$Infinite returned the reward Infinity, which is not finite
          rewards: {signals: [my.Unfit$Longer]}                | rewards.signals: my.Unfit$Longer returned
          curriculum: {type: my.Unfit$Beyond, problem: 999999} | chose problem 999999 of
          curriculum: {type: my.Unfit$Beyond, problem: -1}     | chose no problem for step 1
          """)
  void anErrorOfAClassIsReportedWithItsName(String lines, String said) throws IOException {
    Path out = directory.resolve("wrong-" + Integer.toHexString(lines.hashCode()));
    Ended ended = train(recipe("wrong", lines + "\n"), out);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err().strip().lines().reduce("", (_, line) -> line)).contains(said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          advantage: my.Failing$Estimating                     | advantage: my.Failing$Estimating threw ArrayIndexOutOfBoundsException: Index 16 out of bounds for length 16 at my.Failing$Estimating.estimate (Failing.java:11); fix it there
          advantage: my.Failing$Checking                       | advantage: my.Failing$Checking threw IllegalStateException at my.Failing$Checking.smallestGroup (Failing.java:16); fix it there
          loss: my.Failing$Making                              | loss: my.Failing$Making threw IllegalStateException: no loss at my.Failing$Making.create (Failing.java:20)
          loss: my.Failing$Losing                              | loss: my.Failing$Losing threw
          curriculum: {type: my.Failing$Choosing, from: 1}     | curriculum: my.Failing$Choosing threw AssertionError: far enough at my.Failing$Choosing.lambda$create$0 (Failing.java:33)
          'curriculum: {type: my.Failing$Choosing, from: 1}#staleness: 1' | curriculum: my.Failing$Choosing threw AssertionError: far enough
          rewards: {signals: [my.Failing$Beginning]}           | rewards.signals[0]: my.Failing$Beginning threw UnsupportedOperationException: begin
          rewards: {signals: [my.Failing$Rewarding]}           | rewards.signals[0]: my.Failing$Rewarding threw UnsupportedOperationException: rewards
          """)
  void whatAClassThrowsIsSaidWithItsKeyAndPlace(String lines, String said) throws IOException {
    Path out = directory.resolve("throws-" + Integer.toHexString(lines.hashCode()));
    Ended ended = train(recipe("throws", lines.replace("#", "\n") + "\n"), out);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err().strip().lines().reduce("", (_, line) -> line)).contains(said);
  }

  @Test
  void anExhaustedMemoryIsNobodysMistake() throws IOException {
    Path recipe = recipe("exhausts", "advantage: my.Failing$Exhausting\n");
    assertThatThrownBy(() -> train(recipe, directory.resolve("exhausts")))
        .isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void aRunTellsWhichClassesOfItsUserCompute() throws IOException {
    Ended ended =
        train(
            recipe(
                "own", "loss: my.Pairs\nrewards: {signals: [{type: my.NoStutter, penalty: 1}]}\n"),
            directory.resolve("own"),
            "steps=1");
    assertThat(ended.err())
        .contains(
            "own classes: verifier my.Varied (classes), rewards.signals[0] my.NoStutter (classes),"
                + " loss my.Pairs (classes)");
    Ended none = train(recipe("none", "verifier: rule\n"), directory.resolve("none"), "steps=1");
    assertThat(none.exit()).as(none.err()).isZero();
    assertThat(none.err()).doesNotContain("own classes");
  }

  /** The page says that the gradient of its loss on pairs does not depend on the micro-batches. */
  @Test
  void theLossOnPairsIsTheSameForAnyMicroBatch() throws IOException {
    Path recipe = recipe("pairs", "loss: my.Pairs\n");
    Path whole = directory.resolve("pairs-whole");
    Path parts = directory.resolve("pairs-parts");
    assertThat(train(recipe, whole, "steps=1").exit()).isZero();
    assertThat(train(recipe, parts, "steps=1", "micro_batch_tokens=16").exit()).isZero();
    double one = metric(whole, "grad_norm");
    assertThat(one).isPositive();
    assertThat(metric(parts, "grad_norm")).isCloseTo(one, withinPercentage(1e-3));
  }

  private static double metric(Path run, String name) throws IOException {
    String line = Files.readAllLines(run.resolve("metrics.jsonl")).getFirst();
    return JsonMapper.shared().readTree(line).path(name).asDouble();
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.toList().reversed()) {
        Files.delete(file);
      }
    }
  }
}

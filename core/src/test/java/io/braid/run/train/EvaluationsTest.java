package io.braid.run.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.MetricValues;
import io.braid.UserError;
import io.braid.checkpoint.CheckpointParts;
import io.braid.eval.HeldOutMetrics;
import io.braid.run.MetricsFile;
import io.braid.run.RunListener;
import io.braid.train.StepMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose model is a number, evaluated every two steps. */
class EvaluationsTest {
  private static final SavingRecipe SAVING = new SavingRecipe(3, 2, 10, Optional.empty());
  private static final Map<Integer, Double> VALUES =
      Map.of(0, 0.1, 2, 0.3, 4, 0.2, 5, 0.9, 6, 0.3, 7, 0.4, 8, 0.25);

  @TempDir private Path directory = Path.of("");
  private final List<String> notices = new ArrayList<>();
  private final List<Integer> asked = new ArrayList<>();
  private int failAt = -1;

  private record Settings(SavingRecipe saving) {}

  private RunLoop.Ended run(boolean resume, int steps, Optional<Integer> patience) {
    return run(resume, steps, patience, "the same");
  }

  private RunLoop.Ended run(
      boolean resume, int steps, Optional<Integer> patience, String identity) {
    try (RunLoop loop =
        RunLoop.in(directory, resume, new Settings(SAVING), SAVING, new Listener())) {
      return loop.run(steps, new Work(patience, identity));
    }
  }

  private Map<Integer, Double> recorded() {
    Map<Integer, Double> byStep = new HashMap<>();
    MetricsFile.forEach(
        directory.resolve("metrics.jsonl"),
        line -> {
          assertThat(byStep).as("one line per step").doesNotContainKey(line.step());
          byStep.put(line.step(), line.get(HeldOutMetrics.AVG.at(1)));
          assertThat(line.values().has(StepMetrics.LOSS.name())).isEqualTo(line.step() > 0);
        });
    byStep.values().removeIf(value -> value.isNaN());
    return byStep;
  }

  private Path kept() {
    return directory.resolve("best/model");
  }

  @Test
  void everySecondStepAndTheEndsAreEvaluatedAndTheBestIsKept() throws IOException {
    RunLoop.Ended ended = run(false, 7, Optional.empty());

    assertThat(asked).containsExactly(0, 2, 4, 6, 7);
    assertThat(recorded()).isEqualTo(Map.of(0, 0.1, 2, 0.3, 4, 0.2, 6, 0.3, 7, 0.4));
    assertThat(ended.best()).contains(new Evaluations.Best(7, 0.4));
    assertThat(ended.kept()).contains(directory.resolve("best"));
    assertThat(kept()).hasContent("7");
    assertThat(Files.readString(directory.resolve("best/best.json")))
        .isEqualTo("{\"step\":7,\"value\":0.4,\"metric\":\"avg@1\"}\n");
    assertThat(notices)
        .containsExactly(
            "evaluation before the first step: avg@1 0.1000 · fine",
            "evaluation after step 2: avg@1 0.3000, the best so far (before: 0.1000 before the"
                + " first step) · fine",
            "evaluation after step 4: avg@1 0.2000, best 0.3000 after step 2 · fine",
            "evaluation after step 6: avg@1 0.3000, best 0.3000 after step 2 · fine",
            "evaluation after step 7: avg@1 0.4000, the best so far (before: 0.3000 after step 2)"
                + " · fine");
  }

  @Test
  void aRunThatNoLongerImprovesEndsEarly() {
    RunLoop.Ended ended = run(false, 20, Optional.of(2));

    assertThat(ended.steps()).isEqualTo(6);
    assertThat(ended.over()).isEmpty();
    assertThat(ended.early())
        .contains(
            "stopped early after step 6 of 20: avg@1 was not above 0.3000 (after step 2) in the"
                + " last 2 evaluations (evaluation.patience)");
    assertThat(kept()).hasContent("2");

    assertThat(run(true, 20, Optional.of(2)).steps())
        .as("the count is in the checkpoint")
        .isEqualTo(6);
    assertThat(run(true, 20, Optional.of(3)).steps()).as("more patience").isEqualTo(8);
    assertThat(asked).containsExactly(0, 2, 4, 6, 8);
  }

  /** Step 5 is evaluated only because the run ends there; patience counts as in a longer run. */
  @Test
  void aLengthenedRunCountsAsALongerOne() {
    run(false, 5, Optional.of(2));
    RunLoop.Ended ended = run(true, 20, Optional.of(2));

    assertThat(asked).containsExactly(0, 2, 4, 5, 6, 8);
    assertThat(ended.steps()).isEqualTo(8);
    assertThat(ended.best()).contains(new Evaluations.Best(5, 0.9));
    assertThat(kept()).hasContent("5");
  }

  @Test
  void anEvaluationThatFailsIsStillDueAfterAResume() {
    failAt = 4;
    assertThatThrownBy(() -> run(false, 7, Optional.empty())).hasMessage("no service");
    assertThat(recorded()).isEqualTo(Map.of(0, 0.1, 2, 0.3));
    assertThat(directory.resolve("checkpoints/step-000004/part")).hasContent("4");
    failAt = -1;
    run(true, 7, Optional.empty());

    assertThat(asked).containsExactly(0, 2, 4, 4, 6, 7);
    assertThat(recorded()).isEqualTo(Map.of(0, 0.1, 2, 0.3, 4, 0.2, 6, 0.3, 7, 0.4));
  }

  @Test
  void anEvaluationEndsWhenTheProcessIsAskedToStop() {
    org.junit.jupiter.api.Assumptions.assumeFalse(
        System.getProperty("os.name").startsWith("Windows"), "signals are those of Unix");
    failAt = -4; // the signal
    RunLoop.Ended ended = run(false, 7, Optional.empty());

    assertThat(ended.steps()).isEqualTo(4);
    assertThat(ended.stoppedBy()).hasValue(143);
    failAt = -1;
    run(true, 7, Optional.empty());
    assertThat(recorded()).isEqualTo(Map.of(0, 0.1, 2, 0.3, 4, 0.2, 6, 0.3, 7, 0.4));
  }

  /** As if the process was killed after the checkpoint of the best model, before it was kept. */
  @Test
  void theBestModelIsKeptAfterAResumeIfItWasNotBefore() throws IOException {
    run(false, 7, Optional.empty());
    Files.writeString(directory.resolve("best/model"), "2");
    Files.writeString(directory.resolve("best/best.json"), "{\"step\":2,\"value\":0.3}");

    run(true, 7, Optional.empty());

    assertThat(kept()).hasContent("7");
    assertThat(asked).as("not evaluated again").containsExactly(0, 2, 4, 6, 7);
  }

  @Test
  void valuesOfOtherProblemsAreNotCompared() {
    run(false, 7, Optional.empty());
    RunLoop.Ended ended = run(true, 8, Optional.empty(), "other problems");

    assertThat(ended.best()).contains(new Evaluations.Best(8, 0.25));
    assertThat(notices)
        .contains(
            "evaluation: its problems or settings changed, so the best model so far and patience"
                + " are counted anew");
  }

  private final class Listener implements RunListener {
    @Override
    public void begins(String phase, int steps, int done) {}

    @Override
    public void stepped(int done, MetricValues metrics) {}

    @Override
    public void notice(String text) {
      notices.add(text);
    }

    @Override
    public void ends(String note) {}
  }

  /** A model that is the number of its steps. */
  private final class Work implements RunLoop.Work, Evaluations.Evaluator {
    private final Evaluations evaluations;
    private int done;

    Work(Optional<Integer> patience, String identity) {
      evaluations =
          new Evaluations(
              new Evaluations.Settings(2, true, "avg@1", true, patience, identity),
              this,
              directory.resolve("best"),
              place -> write(place.resolve("model")),
              new Listener());
    }

    private void write(Path file) {
      try {
        Files.writeString(file, Integer.toString(done));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void read(Path file) {
      try {
        done = Integer.parseInt(Files.readString(file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public MetricValues step(int number) {
      assertThat(done).isEqualTo(number);
      done++;
      return new MetricValues().put(StepMetrics.LOSS, 1);
    }

    @Override
    public Optional<Evaluations> evaluations() {
      return Optional.of(evaluations);
    }

    @Override
    public OptionalInt finished() {
      return OptionalInt.of(done);
    }

    @Override
    public CheckpointParts parts() {
      return CheckpointParts.none().with("part", this::write, this::read);
    }

    @Override
    public Evaluations.Result evaluate(int step, BooleanSupplier stop) {
      asked.add(step);
      assertThat(step).isEqualTo(done);
      if (step == failAt) {
        throw new UserError("no service");
      }
      if (step == -failAt) {
        sun.misc.Signal.raise(new sun.misc.Signal("TERM"));
        while (!stop.getAsBoolean()) {
          Thread.onSpinWait();
        }
        throw new Evaluations.Stopped();
      }
      double value = VALUES.getOrDefault(step, 0.0);
      return new Evaluations.Result(
          value, new MetricValues().put(HeldOutMetrics.AVG.at(1), value), "fine");
    }

    @Override
    public void removeAfter(int step) {}
  }
}

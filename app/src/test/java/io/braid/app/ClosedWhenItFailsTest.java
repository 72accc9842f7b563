package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.objective.loss.LossBatch;
import io.braid.objective.loss.LossSettings;
import io.braid.objective.loss.LossValue;
import io.braid.objective.loss.PolicyLoss;
import io.braid.objective.signal.TokenSignal;
import io.braid.objective.signal.TokenSignalSettings;
import io.braid.recipe.Recipe;
import io.braid.run.RunListener;
import io.braid.run.train.PolicyRun;
import io.braid.run.train.TrainRecipe;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run has created is closed, once, wherever it fails. */
class ClosedWhenItFailsTest {
  private static final List<String> EVENTS = new ArrayList<>();

  @TempDir private Path directory = Path.of("");

  /** A loss that wants the reference and tells what happens to it. */
  public record Telling() implements LossSettings, PolicyLoss {
    @Override
    public PolicyLoss create(int hiddenSize, long seed) {
      EVENTS.add("loss created");
      return this;
    }

    @Override
    public Set<Column<float[]>> needs() {
      return Set.of(Column.REF_LOG_PROBS);
    }

    @Override
    public LossValue of(LossBatch batch) {
      return new LossValue(batch.logProbs().sum(), Map.of());
    }

    @Override
    public void close() {
      EVENTS.add("loss closed");
    }
  }

  /** A signal that tells what happens to it. */
  public record Signalling(boolean created) implements TokenSignalSettings {
    @Override
    public TokenSignal create() {
      if (!created) {
        throw new UserError("no second signal");
      }
      EVENTS.add("signal created");
      return new TokenSignal() {
        @Override
        public OfStep begin(int step, Trajectories t) {
          return part -> new double[part.tokens()];
        }

        @Override
        public void close() {
          EVENTS.add("signal closed");
        }
      };
    }
  }

  @BeforeEach
  void forget() {
    EVENTS.clear();
  }

  private void run(String... more) throws Exception {
    Path model = TinyModel.in(directory);
    Path recipe =
        Files.writeString(
            directory.resolve("recipe.yaml"),
            """
            model: %s
            data: countdown:solutions=2,sameness=order
            steps: 1
            prompts_per_step: 2
            rollout: {samples: 2, max_new_tokens: 4}
            loss: io.braid.app.ClosedWhenItFailsTest$Telling
            rewards: {signals: [{type: io.braid.app.ClosedWhenItFailsTest$Signalling, created: true}]}
            """
                .formatted(model));
    PolicyRun.run(
        Recipe.read(recipe, List.of(more), TrainRecipe.class),
        directory.resolve("run"),
        false,
        RunListener.SILENT);
  }

  @Test
  void aReferenceThatIsNotThereClosesLossAndSignals() {
    assertThatThrownBy(() -> run("reference=nowhere")).isInstanceOf(UserError.class);
    assertThat(EVENTS)
        .containsExactly("loss created", "signal created", "signal closed", "loss closed");
  }

  @Test
  void aSignalThatCannotBeCreatedClosesTheOneBeforeIt() {
    String type = "{type: io.braid.app.ClosedWhenItFailsTest$Signalling, created: ";
    assertThatThrownBy(() -> run("rewards.signals=[" + type + "true}, " + type + "false}]"))
        .isInstanceOf(UserError.class);
    assertThat(EVENTS)
        .containsExactly("loss created", "signal created", "signal closed", "loss closed");
  }

  @Test
  void aRunThatEndsClosesEachOnce() throws Exception {
    run();
    assertThat(EVENTS)
        .containsExactlyInAnyOrder(
            "loss created", "signal created", "signal closed", "loss closed");
  }
}

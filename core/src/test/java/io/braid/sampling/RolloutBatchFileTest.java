package io.braid.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import io.braid.verify.PartRewards;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolloutBatchFileTest {
  @TempDir Path directory;

  /** A verifier that gives a different verdict each time, as a model may. */
  private static final class Moody implements Verifier {
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public Verdict judge(io.braid.verify.Submission submission) {
      int number = asked.incrementAndGet();
      Optional<String> canonical = number % 3 == 0 ? Optional.empty() : Optional.of("é\n" + number);
      Optional<PartRewards> parts =
          number % 2 == 0
              ? Optional.empty()
              : Optional.of(new PartRewards.Steps(List.of(new PartRewards.Step(1, 1.0 / number))));
      return new Verdict(
          1.0 / number,
          number % 2 == 0,
          canonical,
          "the " + number + "th",
          number % 4 == 0,
          parts,
          number % 5 == 0,
          canonical.map(each -> "read " + each));
    }
  }

  @Test
  void responsesAreRestoredWithTheirVerdictsWithoutVerifyingAgain() {
    try (Transformer model = TinyModels.create(1)) {
      Moody moody = new Moody();
      Sampler sampler =
          new Sampler(
              ToyTask.problems(5), ToyTask.rollout(model, 3, 6), moody, Sampler.Settings.of(2, 7));
      RolloutBatch batch = sampler.sample(4, 3, sampler.rollout());
      Path file = directory.resolve("rollouts.json");

      RolloutBatchFile.write(file, 4, batch);
      RolloutBatchFile.Saved saved = RolloutBatchFile.read(file, sampler);

      Trajectories before = batch.trajectories();
      Trajectories after = saved.batch().trajectories();
      assertThat(moody.asked.get()).isEqualTo(6);
      assertThat(saved.step()).isEqualTo(4);
      assertThat(saved.batch().sampled()).isEqualTo(batch.sampled());
      assertThat(after.get(Column.VERDICT)).isEqualTo(before.get(Column.VERDICT));
      assertThat(after.get(Column.TEXT)).isEqualTo(before.get(Column.TEXT));
      assertThat(after.get(Column.FINISH)).isEqualTo(before.get(Column.FINISH));
      assertThat(after.get(Column.PROBLEM)).isEqualTo(before.get(Column.PROBLEM));
      assertThat(after.get(Column.WEIGHTS_VERSION)).containsOnly(3);
      assertThat(after.get(Column.ROLLOUT_LOG_PROBS))
          .isEqualTo(before.get(Column.ROLLOUT_LOG_PROBS));
      assertThat(after.get(Column.ROLLOUT_ENTROPIES))
          .isEqualTo(before.get(Column.ROLLOUT_ENTROPIES));
      for (int row = 0; row < before.rows(); row++) {
        assertThat(after.group(row)).isEqualTo(before.group(row));
        assertThat(after.sequence(row)).usingRecursiveComparison().isEqualTo(before.sequence(row));
      }
    }
  }

  @Test
  void aFileFromBeforeAnswersHadToBeAnnouncedIsRead() throws IOException {
    try (Transformer model = TinyModels.create(1)) {
      Sampler sampler = ToyTask.sampler(model, 1, 2, 3, Sampler.Settings.of(1, 7));
      RolloutBatch batch = sampler.sample(0, 0, sampler.rollout());
      Path file = directory.resolve("rollouts.json");
      RolloutBatchFile.write(file, 0, batch);
      String text = Files.readString(file);
      assertThat(text).contains(",\"unannounced\":0");
      Files.writeString(file, text.replace(",\"unannounced\":0", ""));

      assertThat(RolloutBatchFile.read(file, sampler).batch().sampled()).isEqualTo(batch.sampled());
    }
  }

  @Test
  void aFileWithoutVerdictsIsRefused() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("rollouts.json"),
            """
            {"step": 1, "sampled": {}, "problems": [0], "rows": [{"group": 0, "weights_version": 0,
              "finish": "LENGTH", "text": "a", "ids": [1], "loss_mask": [1],
              "segments": [["SAMPLED", 0, 1]], "log_probs": [-1]}]}\
            """);
    try (Transformer model = TinyModels.create(1)) {
      Sampler sampler = ToyTask.sampler(model, 1, 1, 1, Sampler.Settings.of(1, 7));

      assertThatThrownBy(() -> RolloutBatchFile.read(file, sampler))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("verdict")
          .hasMessageContaining("resume from the one before");
    }
  }
}

package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
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

class DrawFileTest {
  @TempDir Path directory;

  /** A judge that never says the same twice, as a model may. */
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
          1.0 / number, number % 2 == 0, canonical, "the " + number + "th", number % 4 == 0, parts);
    }
  }

  @Test
  void aDrawComesBackWithItsVerdictsAndNobodyIsAskedAgain() {
    try (Transformer model = TinyModels.create(1)) {
      Moody moody = new Moody();
      Sampler sampler =
          new Sampler(
              ToyTask.problems(5), ToyTask.rollout(model, 3, 6), moody, Sampler.Settings.of(2, 7));
      Draw draw = sampler.draw(4, 0, sampler.rollout());
      Path file = directory.resolve("draw.json");

      DrawFile.write(file, 4, draw);
      DrawFile.Saved saved = DrawFile.read(file, sampler);

      assertThat(moody.asked.get()).isEqualTo(6);
      assertThat(saved.step()).isEqualTo(4);
      assertThat(saved.draw().verdicts()).isEqualTo(draw.verdicts());
      assertThat(saved.draw().problems()).isEqualTo(draw.problems());
      assertThat(saved.draw().end()).isEqualTo(draw.end());
      assertThat(saved.draw().sampled()).isEqualTo(draw.sampled());
    }
  }

  @Test
  void aFileWithoutVerdictsIsRefused() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("draw.json"),
            """
            {"step": 1, "asked": 1, "end": 1, "groups": [{"problem": 0, "responses": [
              {"finish": "LENGTH", "text": "a", "ids": [1], "log_probs": [-1]}]}]}\
            """);
    try (Transformer model = TinyModels.create(1)) {
      Sampler sampler = ToyTask.sampler(model, 1, 1, 1, Sampler.Settings.of(1, 7));

      assertThatThrownBy(() -> DrawFile.read(file, sampler))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("verdict")
          .hasMessageContaining("resume from the one before");
    }
  }
}

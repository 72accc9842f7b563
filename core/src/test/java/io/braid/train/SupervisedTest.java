package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.nn.LearningRate.Fall;
import io.braid.nn.OptimizerSettings;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.trajectory.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisedTest {
  /**
   * An optimizer whose update is nearly the gradient, so that equal gradients give equal weights.
   */
  private static final OptimizerSettings PLAIN =
      new OptimizerSettings(1, 0, Fall.CONSTANT, 0, 0, 1e9, 0.9, 0.999, /* epsilon= */ 1);

  private static final OptimizerSettings FAST =
      new OptimizerSettings(0.01, 0, Fall.CONSTANT, 0, 0, 1, 0.9, 0.999, 1e-8);

  @Test
  void aFewExamplesAreMemorised() {
    List<Sequence> examples = sequences(8, 4);
    try (Transformer model = TinyModels.create(1);
        Supervised trainer =
            new Supervised(model, step -> examples, new Supervised.Settings(150, 64, FAST))) {
      double first = trainer.step(0).loss();
      double last = first;
      for (int step = 1; step < 150; step++) {
        last = trainer.step(step).loss();
      }

      assertThat(first).isGreaterThan(2);
      assertThat(last).isLessThan(0.05);
    }
  }

  @Test
  void theLossIsTheMeanNegativeLogLikelihoodPerToken() {
    List<Sequence> examples = sequences(5, 6);
    try (Transformer model = TinyModels.create(1);
        Supervised trainer =
            new Supervised(model, step -> examples, new Supervised.Settings(1, 20, FAST))) {
      double sum = 0;
      int tokens = 0;
      try (Scope scope = Scope.open();
          Gradients off = Gradients.off()) {
        for (Sequence example : examples) {
          sum -=
              TokenLogProbs.of(model, PackedBatch.of(List.of(example)), 1).logProbs().sum().item();
          tokens += example.response().length;
        }
      }

      Supervised.Report report = trainer.step(0);

      assertThat(report.loss()).isCloseTo(sum / tokens, within(1e-5));
      assertThat(report.tokens()).isEqualTo(tokens);
      assertThat(report.learningRate()).isEqualTo(0.01);
      assertThat(report.skippedSteps()).isZero();
      assertThat(report.gradientNorm()).isPositive();
    }
  }

  @Test
  void theSizeOfMicroBatchesDoesNotChangeTheStep() {
    List<Sequence> examples = sequences(12, 8);
    List<Map<String, float[]>> weights = new ArrayList<>();
    List<Supervised.Report> reports = new ArrayList<>();
    for (int tokens : new int[] {1, 17, 40, 1000}) {
      try (Transformer model = TinyModels.create(1);
          Supervised trainer =
              new Supervised(model, step -> examples, new Supervised.Settings(1, tokens, PLAIN))) {
        reports.add(trainer.step(0));
        weights.add(Weights.of(model));
      }
    }

    try (Transformer untrained = TinyModels.create(1)) {
      assertThat(Weights.distance(weights.getFirst(), Weights.of(untrained)))
          .as("it moved")
          .isGreaterThan(0.01);
    }
    for (int i = 1; i < weights.size(); i++) {
      assertThat(Weights.distance(weights.get(i), weights.getFirst())).isLessThan(1e-6);
      assertThat(reports.get(i).loss()).isCloseTo(reports.getFirst().loss(), within(1e-6));
      assertThat(reports.get(i).gradientNorm())
          .isCloseTo(reports.getFirst().gradientNorm(), within(1e-5));
    }
  }

  @Test
  void aResumedRunEqualsAnUninterruptedOne(@TempDir Path directory) throws IOException {
    Supervised.Settings settings = new Supervised.Settings(6, 40, FAST);
    Supervised.Examples examples = step -> sequences(4, 5).subList(step % 3, step % 3 + 2);
    Files.createDirectories(directory);
    try (Transformer whole = TinyModels.create(1);
        Transformer halves = TinyModels.create(1);
        Supervised uninterrupted = new Supervised(whole, examples, settings)) {
      for (int step = 0; step < 6; step++) {
        uninterrupted.step(step);
      }
      try (Supervised first = new Supervised(halves, examples, settings)) {
        for (int step = 0; step < 3; step++) {
          first.step(step);
        }
        first.parts().save(directory);
      }
      try (Supervised second = new Supervised(halves, examples, settings)) {
        second.parts().restore(directory);
        for (int step = 3; step < 6; step++) {
          second.step(step);
        }
      }

      Weights.same(halves, whole);
    }
  }

  private static List<Sequence> sequences(int count, int longest) {
    Random random = new Random(4);
    List<Sequence> sequences = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sequences.add(
          new Sequence(
              random.longs(2 + random.nextInt(longest), 0, TinyModels.VOCABULARY).toArray(),
              random.longs(1 + random.nextInt(longest), 0, TinyModels.VOCABULARY).toArray()));
    }
    return sequences;
  }
}

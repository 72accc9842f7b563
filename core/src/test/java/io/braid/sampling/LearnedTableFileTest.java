package io.braid.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearnedTableFileTest {
  /** The columns that {@link RolloutBatchFile} saves. */
  private static final List<Column<?>> OF_ROLLOUT =
      List.of(
          Column.TEXT,
          Column.FINISH,
          Column.WEIGHTS_VERSION,
          Column.PROBLEM,
          Column.ROLLOUT_LOG_PROBS,
          Column.ROLLOUT_ENTROPIES,
          Column.VERDICT);

  @TempDir Path directory;

  @Test
  void everyColumnIsRestoredBitForBit() {
    try (Transformer model = TinyModels.create(1)) {
      Sampler sampler = ToyTask.sampler(model, 5, 3, 6, Sampler.Settings.of(2, 7));
      Trajectories t = sampler.sample(0, 0, sampler.rollout()).trajectories();
      for (Column<double[]> column : LearnedTableFile.DOUBLES) {
        boolean ofRows = column.per() == Column.Per.ROW;
        t = t.with(column, numbers(ofRows ? t.rows() : t.tokens()));
      }
      for (Column<float[]> column : LearnedTableFile.FLOATS) {
        t = t.with(column, floats(numbers(t.tokens())));
      }
      Path file = directory.resolve("unobserved.json");

      LearnedTableFile.write(file, t);
      Trajectories read = LearnedTableFile.read(file, sampler);

      for (Column<?> column : all()) {
        assertThat((Object) read.get(column)).as(column.name()).isEqualTo(t.get(column));
      }
      assertThat(read.sequences()).usingRecursiveComparison().isEqualTo(t.sequences());
    }
  }

  @Test
  void unfilledColumnsStayAbsent() {
    try (Transformer model = TinyModels.create(1)) {
      Sampler sampler = ToyTask.sampler(model, 5, 3, 6, Sampler.Settings.of(2, 7));
      Path file = directory.resolve("unobserved.json");
      LearnedTableFile.write(file, sampler.sample(0, 0, sampler.rollout()).trajectories());

      assertThat(LearnedTableFile.read(file, sampler).has(Column.ADVANTAGES)).isFalse();
    }
  }

  @Test
  void everyNumericColumnIsSaved() {
    List<Column<?>> kept = new ArrayList<>(OF_ROLLOUT);
    kept.addAll(LearnedTableFile.DOUBLES);
    kept.addAll(LearnedTableFile.FLOATS);
    assertThat(kept)
        .as("a new column belongs in LearnedTableFile, too")
        .containsExactlyInAnyOrderElementsOf(all());
  }

  private static List<Column<?>> all() {
    return Stream.of(Column.class.getFields())
        .filter(field -> Modifier.isStatic(field.getModifiers()))
        .filter(field -> field.getType() == Column.class)
        .<Column<?>>map(LearnedTableFileTest::value)
        .toList();
  }

  private static Column<?> value(Field field) {
    try {
      return (Column<?>) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double[] numbers(int count) {
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = Math.sin(i + 1) / 3;
    }
    numbers[0] = Double.NaN;
    numbers[1] = -0.0;
    numbers[2] = Double.NEGATIVE_INFINITY;
    numbers[3] = Double.MIN_VALUE;
    return numbers;
  }

  private static float[] floats(double[] numbers) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }
}

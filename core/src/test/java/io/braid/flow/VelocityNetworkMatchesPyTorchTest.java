package io.braid.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.checkpoint.Safetensors;
import io.braid.model.PackedSequence;
import io.braid.nn.Parameter;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares velocities, losses, gradients and scores with PyTorch's (parity/flow.py). */
class VelocityNetworkMatchesPyTorchTest {
  private static final Path GOLDEN = Path.of("src/test/resources/io/braid/flow");
  private static final double CLOSE = 1e-5; // of the largest number
  private static final int TOKENS = 9;
  private static final int WIDTH = 12;

  /** Four layers, so the fractions 0.25, 0.5 and 0.75 are layers 1, 2 and 3. */
  private static final FlowField.Target TARGET = new FlowField.Target(WIDTH, 4, 1e-6);

  private final Safetensors golden = Safetensors.open(GOLDEN.resolve("network.golden.safetensors"));
  private final Scope scope = Scope.open();

  @SuppressWarnings("NullAway.Init") // loaded before each test
  private FlowField field;

  @BeforeEach
  void load(@TempDir Path directory) throws IOException {
    Files.copy(GOLDEN.resolve("network.safetensors"), directory.resolve(FlowField.WEIGHTS));
    new FlowConfigFile(Fields.settings(Fields.post()), TARGET).write(directory);
    field = FlowField.load(directory);
  }

  @AfterEach
  void close() {
    field.close();
    scope.close();
    golden.close();
  }

  @Test
  void velocities() {
    VelocityNetwork network = field.network();
    try (Gradients off = Gradients.off()) {
      Tensor times = golden.tensor("times");
      Tensor guidance =
          network
              .embedTime(times)
              .plus(network.embedCondition(golden.tensor("condition")))
              .plus(network.embedLayer(golden.tensor("layers")));
      Tensor noised =
          FlowNoise.between(golden.tensor("target"), golden.tensor("noise"), times.unsqueeze(1));

      near(network.velocity(noised, guidance).toFloats(), "velocity");
    }
  }

  @Test
  void lossAndGradients() {
    Tensor weights = golden.tensor("weights"); // [9]
    Tensor total = Tensor.zeros(DType.FLOAT32);
    for (int l = 0; l < 3; l++) {
      int from = l;
      long[] ofLayer = IntStream.range(0, 3).mapToLong(i -> from + 3L * i).toArray();
      Tensor rows = Tensor.of(ofLayer, 3);
      Tensor error =
          FlowMatching.squaredError(
              field,
              golden.tensor("target").indexSelect(0, rows),
              golden.tensor("noise").indexSelect(0, rows),
              golden.tensor("times").indexSelect(0, rows),
              golden.tensor("condition").indexSelect(0, rows),
              field.depthFraction(l)); // [3]
      total = total.plus(error.times(weights.indexSelect(0, rows)).sum());
    }
    Tensor loss = total.div(weights.sum());
    loss.backward();

    assertThat(loss.item())
        .isCloseTo(golden.tensor("loss").item(), within(CLOSE * golden.tensor("loss").item()));
    assertThat(golden.names().stream().filter(name -> name.startsWith("grad.")))
        .hasSize(field.parameters().size());
    for (Parameter parameter : field.parameters()) {
      near(parameter.tensor().grad().orElseThrow().toFloats(), "grad." + parameter.name());
    }
  }

  /** Each golden row has its own noise, so each is computed as a sequence of two tokens. */
  @Test
  void deviationsAndScores() {
    VelocityDeviation measure = new VelocityDeviation(List.of(0.5, 0.8), /* debias= */ true, 1);
    float[][] deviations = new float[2][TOKENS];
    VelocityDeviation released =
        new VelocityDeviation(List.of(0.5, 0.8), true, 1, VelocityDeviation.Variant.RELEASED);
    float[] scores = new float[TOKENS];
    float[] asReleased = new float[TOKENS];
    for (int i = 0; i < TOKENS; i++) {
      Latents latents = field.latents(List.of(new PackedSequence(0, 1, 1, 1)));
      Tensor both =
          Tensor.cat(List.of(row("condition", i), row("target", i)), 0); // [2, width]: before, at
      field.layers().forEach(layer -> latents.see(layer + 1, both));
      Tensor noise = row("noise", i).unsqueeze(0); // [1, 1, width]

      List<Tensor> ofLayer = measure.deviations(field, latents, noise).get(i % 3);

      deviations[0][i] = (float) ofLayer.get(0).item();
      deviations[1][i] = (float) ofLayer.get(1).item();
      scores[i] = (float) measure.scores(List.of(ofLayer)).item();
      asReleased[i] = (float) released.scores(List.of(ofLayer)).item();
    }

    near(deviations[0], "deviation.0.5");
    near(deviations[1], "deviation.0.8");
    near(scores, "score");
    near(asReleased, "score.released");
  }

  @Test
  void names() throws IOException {
    try (Safetensors published = Safetensors.open(GOLDEN.resolve("network.safetensors"))) {
      assertThat(field.network().state().keySet()).isEqualTo(published.names());
    }
  }

  private Tensor row(String name, int i) {
    return golden.tensor(name).narrow(0, i, 1); // [1, width]
  }

  private void near(float[] numbers, String name) {
    assertThat(Fields.distance(numbers, golden.tensor(name).toFloats())).as(name).isLessThan(CLOSE);
  }
}

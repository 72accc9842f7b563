package io.braid.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.nn.LearningRate.Fall;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AdamWTest {
  private static final double NO_CLIP = Double.POSITIVE_INFINITY;

  @ParameterizedTest
  @ValueSource(strings = {"plain", "clipped"})
  void fiveStepsMatchPyTorch(String kind) throws IOException {
    JsonNode golden = golden();
    JsonNode settings = golden.required("settings");
    boolean clipped = kind.equals("clipped");
    try (Scope scope = Scope.open()) {
      Tensor matrix = leaf(numbers(golden.required("start").required("matrix")), 2, 3);
      // As a matrix of one row, because Braid does not decay vectors but PyTorch does.
      Tensor vector = leaf(numbers(golden.required("start").required("vector")), 1, 4);
      AdamW.Settings adam =
          new AdamW.Settings(
              settings.required("beta1").asDouble(),
              settings.required("beta2").asDouble(),
              settings.required("eps").asDouble(),
              clipped ? golden.required("maxNorm").asDouble() : NO_CLIP);
      AdamW.Group group =
          new AdamW.Group(
              List.of(new Parameter("matrix", matrix), new Parameter("vector", vector)),
              constant(settings.required("lr").asDouble()),
              settings.required("weightDecay").asDouble());
      try (AdamW optimizer = new AdamW(adam, List.of(group))) {
        for (int step = 0; step < 5; step++) {
          JsonNode gradients = golden.required("gradients").get(step);
          give(matrix, numbers(gradients.required("matrix")));
          give(vector, numbers(gradients.required("vector")));
          optimizer.accumulate();

          AdamW.Outcome outcome = optimizer.step(step);

          JsonNode expected = golden.required(kind).required("float32").get(step);
          assertThat(matrix.toDoubles())
              .containsExactly(numbers(expected.required("matrix")), within(1e-6));
          assertThat(vector.toDoubles())
              .containsExactly(numbers(expected.required("vector")), within(1e-6));
          if (clipped) {
            assertThat(outcome.gradientNorm())
                .isCloseTo(expected.required("norm").asDouble(), within(1e-5));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"Infinity, 1", "1.5, 2", "0.01, 3"})
  void everyRunMatchesTheFormula(double clip, long seed) {
    Random random = new Random(seed);
    AdamW.Settings settings = new AdamW.Settings(0.8, 0.95, 1e-6, clip);
    LearningRate slow = new LearningRate(0.01, 3, 12, Fall.COSINE, 0.1);
    LearningRate fast = new LearningRate(0.05, 0, 12, Fall.LINEAR, 0);
    try (Scope scope = Scope.open()) {
      Tensor matrix = leaf(random.doubles(12, -1, 1).toArray(), 3, 4);
      Tensor vector = leaf(random.doubles(5, -1, 1).toArray(), 5);
      Tensor head = leaf(random.doubles(6, -1, 1).toArray(), 2, 3);
      PlainAdamW plain = new PlainAdamW(settings);
      plain.add(matrix.toDoubles(), slow, 0.1);
      plain.add(vector.toDoubles(), slow, 0); // vectors do not decay
      plain.add(head.toDoubles(), fast, 0.02);
      List<AdamW.Group> groups =
          List.of(
              new AdamW.Group(
                  List.of(new Parameter("matrix", matrix), new Parameter("vector", vector)),
                  slow,
                  0.1),
              new AdamW.Group(List.of(new Parameter("head", head)), fast, 0.02));
      try (AdamW optimizer = new AdamW(settings, groups)) {
        for (int step = 0; step < 12; step++) {
          double scale = step % 3 == 0 ? 0.1 : 2;
          List<double[]> gradients = new ArrayList<>();
          for (Tensor tensor : List.of(matrix, vector, head)) {
            double[] gradient =
                random
                    .doubles(tensor.numel(), -scale, scale)
                    .map(x -> (float) x) // rounded like a FLOAT32 gradient
                    .toArray();
            gradients.add(gradient);
            give(tensor, gradient);
          }

          double norm = optimizer.step(step).gradientNorm();

          assertThat(norm).isCloseTo(plain.step(step, gradients), within(1e-5));
          assertThat(matrix.toDoubles()).containsExactly(plain.weights(0), within(1e-6));
          assertThat(vector.toDoubles()).containsExactly(plain.weights(1), within(1e-6));
          assertThat(head.toDoubles()).containsExactly(plain.weights(2), within(1e-6));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void aParameterWithoutAGradientDoesNotChangeAndItsStepsAreNotCounted(DType dtype) {
    try (Scope scope = Scope.open()) {
      Tensor used = leaf(dtype, 1, 2);
      Tensor sometimes = leaf(dtype, 1, 2);
      try (AdamW optimizer = optimizer(used, sometimes)) {
        give(used, 0.5, 0.5);
        give(sometimes, 0.5, 0.5);
        optimizer.accumulate();
        optimizer.step(0);
        double[] before = sometimes.toDoubles();
        double[] moved = used.toDoubles();

        give(used, 0.5, 0.5);
        optimizer.accumulate();
        optimizer.step(1);

        assertThat(sometimes.toDoubles()).as("neither moments nor decay").isEqualTo(before);
        assertThat(state(optimizer, "step.1").item()).isEqualTo(1);
        assertThat(used.toDoubles()).isNotEqualTo(moved);
        assertThat(state(optimizer, "step.0").item()).isEqualTo(2);
      }
    }
  }

  @Test
  void theGradientIsClearedAfterAStep() {
    try (Scope scope = Scope.open()) {
      Tensor tensor = leaf(new double[] {1, 2}, 1, 2);
      try (AdamW optimizer = optimizer(tensor)) {
        give(tensor, 1, 1);
        optimizer.step(0);

        assertThat(tensor.grad()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void aGradientThatIsNotFiniteChangesNothingAndIsCounted(double bad) {
    try (Scope scope = Scope.open()) {
      Tensor one = leaf(new double[] {1, 2}, 1, 2);
      Tensor other = leaf(new double[] {3, 4}, 1, 2);
      Tensor twinOne = leaf(new double[] {1, 2}, 1, 2);
      Tensor twinOther = leaf(new double[] {3, 4}, 1, 2);
      try (AdamW optimizer = optimizer(one, other);
          AdamW twin = optimizer(twinOne, twinOther)) {
        step(optimizer, one, other, 0.25);
        step(twin, twinOne, twinOther, 0.25);
        Map<String, Tensor> before = new LinkedHashMap<>();
        optimizer.state().forEach((name, tensor) -> before.put(name, tensor.copy()));
        double[] weights = one.toDoubles();

        give(one, 1, bad);
        give(other, 1, 1);
        AdamW.Outcome outcome = optimizer.step(1);

        assertThat(outcome.skipped()).isTrue();
        assertThat(outcome.gradientNorm()).isNotFinite();
        assertThat(optimizer.skipped()).isEqualTo(1);
        assertThat(one.toDoubles()).isEqualTo(weights);
        before.forEach(
            (name, tensor) -> assertThat(state(optimizer, name).sameAs(tensor)).as(name).isTrue());

        assertThat(step(optimizer, one, other, -0.5).skipped()).isFalse();
        step(twin, twinOne, twinOther, -0.5);
        assertThat(one.sameAs(twinOne)).isTrue();
        assertThat(other.sameAs(twinOther)).isTrue();
        assertThat(optimizer.skipped()).isEqualTo(1);
      }
    }
  }

  @Test
  void updatesTooSmallForBfloat16AccumulateInTheMasterCopy() {
    try (Scope scope = Scope.open()) {
      Tensor tensor = bfloat16(1, 1);
      Parameter parameter = new Parameter("w", tensor);
      AdamW.Group group = new AdamW.Group(List.of(parameter), constant(1e-4), 0);
      try (AdamW optimizer = new AdamW(AdamW.Settings.DEFAULT, List.of(group))) {
        for (int step = 0; step < 100; step++) {
          give(tensor, 0.5, 0.5);
          optimizer.accumulate();
          optimizer.step(step);
          if (step == 0) {
            // The next number below 1 is 1/256 away, but the update is 1/10,000.
            assertThat(tensor.toDoubles()).containsExactly(1, 1);
          }
        }

        assertThat(state(optimizer, "master.w").dtype()).isEqualTo(DType.FLOAT32);
        assertThat(state(optimizer, "master.w").toDoubles())
            .containsExactly(new double[] {0.99, 0.99}, within(1e-5));
        assertThat(tensor.dtype()).isEqualTo(DType.BFLOAT16);
        assertThat(tensor.toDoubles()).containsExactly(new double[] {0.99, 0.99}, within(0.002));
      }
    }
  }

  @Test
  void smallGradientsOfManyMicroBatchesAreNotLostInBfloat16() {
    try (Scope scope = Scope.open()) {
      Tensor tensor = bfloat16(1);
      AdamW.Settings settings = new AdamW.Settings(0.9, 0.999, 1e-8, NO_CLIP);
      AdamW.Group group = new AdamW.Group(List.of(new Parameter("w", tensor)), constant(1e-4), 0);
      try (AdamW optimizer = new AdamW(settings, List.of(group))) {
        give(tensor, 1);
        optimizer.accumulate();
        for (int part = 0; part < 512; part++) {
          give(tensor, 1.0 / 1024); // 1 + 1/1024 is 1 in BFLOAT16
          optimizer.accumulate();
        }

        assertThat(optimizer.step(0).gradientNorm()).isEqualTo(1.5);
        assertThat(optimizer.step(1).gradientNorm()).as("forgotten").isZero();
      }
    }
  }

  @Test
  void manyFloat32MicroBatchesMatchOneBatch() {
    try (Scope scope = Scope.open()) {
      Tensor whole = leaf(new double[] {1, 2}, 1, 2);
      Tensor parts = leaf(new double[] {1, 2}, 1, 2);
      try (AdamW one = optimizer(whole);
          AdamW many = optimizer(parts)) {
        give(whole, 1, -0.5);
        one.accumulate();
        one.step(0);
        for (int part = 0; part < 4; part++) {
          give(parts, 0.25, -0.125);
          many.accumulate();
        }
        many.step(0);

        assertThat(parts.sameAs(whole)).isTrue();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0.9, 1e-8, 1",
    "0.9, 1, 1e-8, 1",
    "-0.1, 0.9, 1e-8, 1",
    "0.9, 0.9, 0, 1",
    "0.9, 0.9, 1e-8, 0",
    "NaN, 0.9, 1e-8, 1",
    "0.9, 0.9, 1e-8, NaN"
  })
  void settingsOutOfRangeAreRefused(double beta1, double beta2, double epsilon, double clip) {
    assertThatThrownBy(() -> new AdamW.Settings(beta1, beta2, epsilon, clip))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("betas must be in [0, 1)");
  }

  // ---- the formula ----------------------------------------------------------------------------

  /** Computes Loshchilov and Hutter's algorithm 2 number by number. */
  private static final class PlainAdamW {
    private final AdamW.Settings settings;
    private final List<Weights> all = new ArrayList<>();

    @SuppressWarnings("ArrayRecordComponent") // changed in place
    private record Weights(double[] w, double[] m, double[] v, LearningRate rate, double decay) {}

    PlainAdamW(AdamW.Settings settings) {
      this.settings = settings;
    }

    void add(double[] weights, LearningRate rate, double decay) {
      all.add(
          new Weights(
              weights, new double[weights.length], new double[weights.length], rate, decay));
    }

    double[] weights(int number) {
      return all.get(number).w;
    }

    double step(int step, List<double[]> gradients) {
      double norm =
          Math.sqrt(gradients.stream().flatMapToDouble(Arrays::stream).map(g -> g * g).sum());
      double scale = norm > settings.clip() ? settings.clip() / norm : 1;
      for (int p = 0; p < all.size(); p++) {
        Weights weights = all.get(p);
        double rate = weights.rate.at(step);
        for (int i = 0; i < weights.w.length; i++) {
          double g = scale * gradients.get(p)[i];
          weights.m[i] = settings.beta1() * weights.m[i] + (1 - settings.beta1()) * g;
          weights.v[i] = settings.beta2() * weights.v[i] + (1 - settings.beta2()) * g * g;
          double m = weights.m[i] / (1 - Math.pow(settings.beta1(), step + 1));
          double v = weights.v[i] / (1 - Math.pow(settings.beta2(), step + 1));
          weights.w[i] -=
              rate * (m / (Math.sqrt(v) + settings.epsilon()) + weights.decay * weights.w[i]);
        }
      }
      return norm;
    }
  }

  // ---- fixtures -------------------------------------------------------------------------------

  private static AdamW.Outcome step(AdamW optimizer, Tensor one, Tensor other, double gradient) {
    give(one, gradient, -gradient);
    give(other, 2 * gradient, gradient);
    return optimizer.step(1);
  }

  private static AdamW optimizer(Tensor... tensors) {
    List<Parameter> parameters = new ArrayList<>();
    for (Tensor tensor : tensors) {
      parameters.add(new Parameter(String.valueOf(parameters.size()), tensor));
    }
    return new AdamW(
        AdamW.Settings.DEFAULT, List.of(new AdamW.Group(parameters, constant(0.02), 0.1)));
  }

  private static LearningRate constant(double rate) {
    return new LearningRate(rate, 0, 1, Fall.CONSTANT, 0);
  }

  private static Tensor state(AdamW optimizer, String name) {
    return Objects.requireNonNull(optimizer.state().get(name));
  }

  private static Tensor leaf(double[] values, long... shape) {
    return Tensor.of(values, shape).to(DType.FLOAT32).requiresGrad(true);
  }

  private static Tensor bfloat16(double... values) {
    return leaf(DType.BFLOAT16, values);
  }

  private static Tensor leaf(DType dtype, double... values) {
    try (Gradients off = Gradients.off()) {
      return Tensor.of(values, values.length).to(dtype).requiresGrad(true);
    }
  }

  /** Adds to a tensor's gradient as a backward pass does. */
  private static void give(Tensor tensor, double... gradient) {
    tensor.backward(Tensor.of(gradient, tensor.shape()).to(tensor.dtype()));
  }

  private static JsonNode golden() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(AdamWTest.class.getResourceAsStream("adamw.golden.json"))) {
      return JsonMapper.shared().readTree(in);
    }
  }

  private static double[] numbers(JsonNode array) {
    double[] numbers = new double[array.size()];
    Arrays.setAll(numbers, i -> array.get(i).asDouble());
    return numbers;
  }
}

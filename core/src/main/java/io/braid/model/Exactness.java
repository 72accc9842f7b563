package io.braid.model;

import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.RowProducts;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Determines whether a rollout's log-probabilities equal those in training bit for bit. This
 * depends on the model's type and shape, the JVM, the processor and the BLAS library, so it is
 * measured on the machine.
 */
public final class Exactness {
  private Exactness() {}

  /**
   * Returns why a model's rollouts are not exact, such as "its weights are bfloat16"; empty if they
   * are.
   */
  public static Optional<String> obstacle(Transformer model) {
    if (model.dtype() != DType.FLOAT32) {
      return Optional.of("its weights are " + model.dtype().name().toLowerCase(Locale.ROOT));
    }
    if (!model.weights().embedding().isOnHost()) {
      return Optional.of("it is computed on a GPU");
    }
    if (!Backend.current().hasVectors()) {
      return Optional.of(
          "the JVM runs without the Vector API (--add-modules jdk.incubator.vector)");
    }
    if (!model.isFused()) {
      return Optional.of(
          "its widths are not multiples of this processor's vector length, %s, so it attends in float64"
              .formatted(Backend.current().vectors().lanes()));
    }
    return productWidths(model)
        .filter(widths -> !RowProducts.exact(widths[0], widths[1]))
        .findFirst()
        .map(widths ->
            "on this machine, a row of a product with a %s by %s matrix depends on the other rows"
                .formatted(widths[1], widths[0]));
  }

  /** Returns input and output widths of each kind of matrix product. */
  private static Stream<long[]> productWidths(Transformer model) {
    ModelConfig config = model.config();
    return Stream.concat(
        Architecture.projections(model.weights().architecture().layers().getFirst())
            .map(each -> new long[] {each.inputs(), each.outputs()}),
        Stream.of(new long[] {config.hiddenSize(), config.vocabSize()}));
  }
}

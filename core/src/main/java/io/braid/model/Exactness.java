package io.braid.model;

import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.RowProducts;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether a rollout's log-probabilities equal those of training to the bit. That depends on the
 * model's type and shape, the JVM, the processor and the BLAS library, so it is measured on the
 * machine and never assumed.
 */
public final class Exactness {
  private Exactness() {}

  /**
   * What prevents it for a model, such as "its weights are bfloat16"; empty where its rollouts are
   * exact.
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
          "its widths do not fill this processor's vectors of %s numbers, so it attends in float64"
              .formatted(Backend.current().vectors().lanes()));
    }
    return productWidths(model)
        .filter(widths -> !RowProducts.exact(widths[0], widths[1]))
        .findFirst()
        .map(widths ->
            "this machine's product with a matrix of %s by %s depends on the rows beside a row"
                .formatted(widths[1], widths[0]));
  }

  /** Inputs and outputs of each kind of matrix product. */
  private static Stream<long[]> productWidths(Transformer model) {
    ModelConfig config = model.config();
    return Stream.concat(
        Architecture.projections(model.weights().architecture().layers().getFirst())
            .map(each -> new long[] {each.inputs(), each.outputs()}),
        Stream.of(new long[] {config.hiddenSize(), config.vocabSize()}));
  }
}

package io.braid.checkpoint;

import io.braid.UserError;
import io.braid.model.ConfigKey;
import io.braid.model.ModelConfig;
import io.braid.model.Transformer;
import io.braid.tensor.DType;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The zeros that are written to the files in place of a bias that the model does not have.
 *
 * <p>In {@code transformers}, Llama's attention has a bias on all four projections or on none.
 * Braid can also create a model with biases on query, key and value only. It is saved as if all
 * four projections had a bias: the output projection gets a bias of zeros, which changes nothing,
 * and {@link ConfigKey#OUTPUT_BIAS} tells Braid not to train it.
 */
final class ZeroBias {
  private ZeroBias() {}

  static boolean isNeeded(ModelConfig config) {
    return config.attentionBias()
        && !config.outputBias()
        && ConfigKey.of(config.family(), ConfigKey.OUTPUT_BIAS).isPresent();
  }

  static List<String> names(ModelConfig config) {
    return isNeeded(config)
        ? IntStream.range(0, config.layers())
            .mapToObj("model.layers.%d.self_attn.o_proj.bias"::formatted)
            .toList()
        : List.of();
  }

  static Map<String, Tensor> of(Transformer model) {
    Map<String, Tensor> zeros = new LinkedHashMap<>();
    for (String name : names(model.config())) {
      zeros.put(name, Tensor.zeros(model.dtype(), model.config().hiddenSize()));
    }
    return zeros;
  }

  /** Returns the zeros for a model whose weights are written one at a time. */
  static List<SafetensorsWriter.Source> sources(ModelConfig config, DType dtype) {
    long width = config.hiddenSize();
    return names(config).stream()
        .map(name ->
            new SafetensorsWriter.Source(
                name, dtype, List.of(width), () -> Tensor.zeros(dtype, width)))
        .toList();
  }

  /** Rejects a bias that is no longer zero because another program has trained it. */
  static void check(ModelConfig config, WeightFiles files) {
    for (String name : names(config)) {
      files
          .find(name)
          .ifPresent(stored -> {
            try (Scope scope = Scope.open()) {
              if (stored.tensor().abs().max().item() != 0) {
                throw new UserError(
                    "%s is not zero, but config.json has %s: false; remove the key"
                        .formatted(stored, ConfigKey.OUTPUT_BIAS));
              }
            }
          });
    }
  }
}

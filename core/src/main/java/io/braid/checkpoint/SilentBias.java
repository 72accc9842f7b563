package io.braid.checkpoint;

import io.braid.UserError;
import io.braid.model.ConfigKey;
import io.braid.model.ModelConfig;
import io.braid.model.Transformer;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The zeros that stand in the files for a bias which a model does not have.
 *
 * <p>{@code transformers} has Llama's attention with a bias on all four projections or on none. A
 * model of Braid's own with biases on query, key and value only is saved as the former: its output
 * projection gets a bias of zeros, which changes nothing, and {@link ConfigKey#OUTPUT_BIAS} keeps
 * it out of training here.
 */
final class SilentBias {
  private SilentBias() {}

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

  /** Refuses a bias that is not zero any more, since another program has trained it. */
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

package io.braid.model;

import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.SlowPath;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Explains why libtorch's operators compute a model's layers on the host although Braid's loops
 * would be faster.
 */
final class SlowLayers {
  private SlowLayers() {}

  /** Returns every reason; empty if nothing slows the model down on this backend. */
  static List<SlowPath> of(
      Backend backend, ModelConfig config, Architecture architecture, DType dtype) {
    List<SlowPath> slow = new ArrayList<>();
    if (backend.cuda().isPresent() || dtype == DType.FLOAT64) {
      return slow; // a device has its own kernels, and float64 is asked for to be exact
    }
    if (dtype == DType.BFLOAT16 && backend.widensBfloat16()) {
      slow.add(backend.widenedBfloat16());
    }
    if (dtype == DType.BFLOAT16 && !backend.widensBfloat16()) {
      return slow; // libtorch's operators use the processor's instructions
    }
    if (dtype == DType.FLOAT16) {
      slow.add(
          new SlowPath(
              "float16 layers",
              "Braid's loops compute float32 and bfloat16",
              Optional.empty(),
              "load the model in float32 or bfloat16"));
      return slow;
    }
    if (backend.hasVectors()) {
      widths(backend, config, architecture).ifPresent(slow::add);
    }
    return slow;
  }

  /**
   * Returns the widths that are not multiples of the vector length, such as "heads of 20"; empty if
   * the loops support all widths.
   */
  static Set<String> uncovered(Backend backend, ModelConfig config, Architecture architecture) {
    Set<String> widths = new LinkedHashSet<>();
    if (!backend.fills(config.hiddenSize())) {
      widths.add("a hidden size of " + config.hiddenSize());
    }
    architecture
        .sublayers()
        .forEach(sublayer -> {
          switch (sublayer.mixer()) {
            case Sublayer.Attention how -> {
              boolean covered =
                  backend.coversHeads(DType.FLOAT32, config.headDim())
                      && (how.headNorms().isEmpty() || backend.fills(config.headDim()));
              if (!covered) {
                widths.add("heads of " + config.headDim());
              }
            }
            case Sublayer.GatedUnit _ -> {
              if (!backend.fills(sublayer.out().inputs())) {
                widths.add("an intermediate size of " + sublayer.out().inputs());
              }
            }
          }
        });
    return widths;
  }

  private static Optional<SlowPath> widths(
      Backend backend, ModelConfig config, Architecture architecture) {
    Set<String> widths = uncovered(backend, config, architecture);
    if (widths.isEmpty()) {
      return Optional.empty();
    }
    int lanes = backend.vectors().lanes();
    return Optional.of(
        new SlowPath(
            "layers with " + String.join(" and ", widths),
            "they are not multiples of the vector length, %s, so libtorch's operators compute the layers"
                .formatted(lanes),
            Optional.of(Backend.COST_WITHOUT_LOOPS),
            String.format(Locale.ROOT, "use widths that are multiples of %s", lanes)));
  }

  /** Reports each reason once. */
  static void say(Backend backend, ModelConfig config, Architecture architecture, DType dtype) {
    backend.say();
    of(backend, config, architecture, dtype).forEach(SlowPath::say);
  }
}

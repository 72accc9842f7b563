package io.braid.train;

import io.braid.model.LoraSettings;
import io.braid.model.ModelConfig;
import io.braid.model.PublishedTensor;
import io.braid.model.Sublayer;
import io.braid.model.Sublayer.Projection;
import io.braid.nn.FrozenMatrix;
import io.braid.tensor.DType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An estimate of the memory for training, in bytes: the tensors of {@link io.braid.nn.AdamW} and of
 * the backward pass. It does not include the JVM, libtorch's own memory (about half a gigabyte) and
 * temporary tensors.
 *
 * @param weights memory of the parameters
 * @param gradients memory of all gradients
 * @param optimizer memory of the moments, and of the master copies of 16-bit parameters with their
 *     accumulated gradients, all float32
 * @param activations memory per token of a micro-batch that is kept for the backward pass
 * @param checkpointed the same memory with {@code gradient_checkpointing}, which keeps only the
 *     inputs of layers
 * @param recomputed memory per token for the layer that is being recomputed with checkpointing
 */
public record TrainingMemory(
    long weights,
    long gradients,
    long optimizer,
    long activations,
    long checkpointed,
    long recomputed) {
  private static final long FLOAT = Float.BYTES;

  /** Estimates the memory for training all parameters of a model with a given element type. */
  public static TrainingMemory of(ModelConfig config, DType dtype) {
    long parameters = parameters(config);
    boolean halfWidth = dtype != DType.FLOAT32;
    long moments = 2 * FLOAT * parameters;
    long masters = halfWidth ? 2 * FLOAT * parameters : 0;
    List<List<Sublayer>> layers = config.architecture().layers();
    long all = layers.stream().flatMap(List::stream).mapToLong(each -> kept(each, config)).sum();
    long layer = layers.getFirst().stream().mapToLong(each -> kept(each, config)).sum();
    return new TrainingMemory(
        parameters * dtype.bytes(),
        parameters * dtype.bytes(),
        moments + masters,
        FLOAT * all,
        FLOAT * config.hiddenSize() * layers.size(),
        FLOAT * layer);
  }

  /**
   * Estimates the memory for training adapters of a model: the merged float32 weights, of all
   * layers or of one, the frozen matrices in their own format, and the adapters with their
   * gradients and moments.
   *
   * @param settings rank, targets and format of the frozen matrices
   */
  public static TrainingMemory of(ModelConfig config, LoraSettings settings) {
    TrainingMemory full = of(config, DType.FLOAT32);
    boolean kept = settings.keepsMerged(config.architecture());
    Map<List<Long>, Long> shared = new HashMap<>(); // elements, by shape
    long merged = 0;
    long frozen = 0;
    long adapters = 0;
    for (List<Sublayer> layer : config.architecture().layers()) {
      for (Projection each : projections(layer)) {
        List<Projection.Part> adapted =
            each.parts().stream().filter(part -> settings.takes(part.name())).toList();
        long elements = each.outputs() * each.inputs();
        merged += elements;
        shared.put(List.of(each.outputs(), each.inputs()), elements);
        if (!adapted.isEmpty() || settings.base() != FrozenMatrix.Format.FLOAT32) {
          frozen += frozen(each, settings.base());
        }
        adapters +=
            adapted.stream()
                .mapToLong(part -> settings.rank() * (each.inputs() + part.outputs()))
                .sum();
      }
    }
    long atOnce = shared.values().stream().mapToLong(Long::longValue).sum();
    long released = kept ? 0 : merged - atOnce;
    return new TrainingMemory(
        full.weights - FLOAT * released + frozen + FLOAT * adapters,
        FLOAT * adapters,
        2 * FLOAT * adapters,
        full.activations,
        full.checkpointed,
        full.recomputed);
  }

  private static List<Projection> projections(List<Sublayer> layer) {
    return layer.stream().flatMap(each -> Stream.of(each.in(), each.out())).toList();
  }

  private static long frozen(Projection projection, FrozenMatrix.Format format) {
    long elements = projection.outputs() * projection.inputs();
    return switch (format) {
      case FLOAT32 -> FLOAT * elements;
      case BFLOAT16 -> DType.BFLOAT16.bytes() * elements;
      case INT8 -> elements + FLOAT * projection.outputs(); // a scale for each row
    };
  }

  /** Returns the number of a model's parameters. */
  public static long parameters(ModelConfig config) {
    return PublishedTensor.of(config).stream().mapToLong(PublishedTensor::elements).sum();
  }

  /** Returns the bytes of keys and values per token in a rollout's cache. */
  public static long cache(ModelConfig config, DType dtype) {
    return 2L * config.layers() * config.kvHeads() * config.headDim() * dtype.bytes();
  }

  /** Returns the number of elements that a sub-layer keeps per token. */
  private static long kept(Sublayer sublayer, ModelConfig config) {
    long hidden = config.hiddenSize();
    Projection out = sublayer.out();
    long kept = sublayer.in().outputs() + out.inputs() + hidden;
    kept += sublayer.before().isPresent() ? hidden : 0;
    kept += sublayer.after().isPresent() ? 2 * hidden : 0;
    if (sublayer.mixer() instanceof Sublayer.Attention attention
        && attention.headNorms().isPresent()) {
      kept += (long) (config.heads() + config.kvHeads()) * config.headDim();
    }
    return kept;
  }

  /** Returns the memory of weights, gradients and optimizer together. */
  public long state() {
    return weights + gradients + optimizer;
  }
}

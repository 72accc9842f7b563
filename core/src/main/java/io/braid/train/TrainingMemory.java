package io.braid.train;

import io.braid.model.ModelConfig;
import io.braid.model.PublishedTensor;
import io.braid.model.Sublayer;
import io.braid.model.Sublayer.Projection;
import io.braid.tensor.DType;
import java.util.List;

/**
 * An estimate of the memory that training takes, in bytes: the tensors that {@link
 * io.braid.nn.AdamW} and the backward pass hold. The JVM, libtorch's own memory (about half a
 * gigabyte) and what is allocated for a moment are not counted.
 *
 * @param weights the parameters
 * @param gradients of all parameters
 * @param optimizer the moments, and master copies of half-width parameters with their accumulated
 *     gradients, all float32
 * @param activations of one token in a micro-batch, held for the backward pass
 * @param checkpointed the same with {@code gradient_checkpointing}, which holds the inputs of
 *     layers
 * @param recomputed of one token, for the one layer that is computed again with checkpointing
 */
public record TrainingMemory(
    long weights,
    long gradients,
    long optimizer,
    long activations,
    long checkpointed,
    long recomputed) {
  private static final long FLOAT = Float.BYTES;

  /** The estimate for training all parameters of a model in a type. */
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

  /** Number of a model's parameters. */
  public static long parameters(ModelConfig config) {
    return PublishedTensor.of(config).stream().mapToLong(PublishedTensor::elements).sum();
  }

  /** Bytes of keys and values in a rollout's cache, for each token. */
  public static long cache(ModelConfig config, DType dtype) {
    return 2L * config.layers() * config.kvHeads() * config.headDim() * dtype.bytes();
  }

  /** Numbers that a sub-layer holds for each token. */
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

  /** Weights, gradients and optimizer together. */
  public long state() {
    return weights + gradients + optimizer;
  }
}

package io.braid.model;

import io.braid.model.Sublayer.Norm;
import io.braid.vision.VisionTower;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A tensor of a model in the form of published checkpoints.
 *
 * @param name published name, such as {@code model.layers.0.self_attn.q_proj.weight}
 * @param shape lengths of its dimensions
 * @param offset number added to the stored elements before they are used: 1 for norms whose stored
 *     weight is the difference from 1, otherwise 0
 */
public record PublishedTensor(String name, List<Long> shape, double offset) {
  /** The name of the embedding. */
  public static final String EMBEDDING = "model.embed_tokens.weight";

  /** The name of a head that is not the embedding. */
  public static final String HEAD = "lm_head.weight";

  /** Returns the number of elements. */
  public long elements() {
    return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }

  /** Returns the tensors of a model in layer order, without allocating them. */
  public static List<PublishedTensor> of(ModelConfig config) {
    Architecture architecture = config.architecture();
    List<PublishedTensor> tensors = new ArrayList<>();
    long hidden = config.hiddenSize();
    tensors.add(tensor(EMBEDDING, 0, config.vocabSize(), hidden));
    for (int layer = 0; layer < architecture.layers().size(); layer++) {
      String prefix = "model.layers.%s.".formatted(layer);
      for (Sublayer each : architecture.layers().get(layer)) {
        each.before().ifPresent(norm -> tensors.add(norm(prefix, norm, hidden)));
        projection(prefix, each.in(), tensors);
        headNorms(each)
            .ifPresent(norms -> {
              for (String name : List.of(norms.query(), norms.key())) {
                tensors.add(norm(prefix, new Norm(name, norms.offset()), config.headDim()));
              }
            });
        projection(prefix, each.out(), tensors);
        each.after().ifPresent(norm -> tensors.add(norm(prefix, norm, hidden)));
      }
    }
    tensors.add(norm("model.", architecture.norm(), hidden));
    if (!config.tiedEmbeddings()) {
      tensors.add(tensor(HEAD, 0, config.vocabSize(), hidden));
    }
    config
        .vision()
        .ifPresent(vision ->
            VisionTower.shapes(vision)
                .forEach((name, shape) -> tensors.add(new PublishedTensor(name, shape, 0))));
    return List.copyOf(tensors);
  }

  private static Optional<Sublayer.HeadNorms> headNorms(Sublayer sublayer) {
    return sublayer.mixer() instanceof Sublayer.Attention attention
        ? attention.headNorms()
        : Optional.empty();
  }

  private static void projection(
      String prefix, Sublayer.Projection projection, List<PublishedTensor> to) {
    for (Sublayer.Projection.Part part : projection.parts()) {
      String name = prefix + projection.module() + "." + part.name();
      to.add(tensor(name + ".weight", 0, part.outputs(), projection.inputs()));
      if (projection.bias()) {
        to.add(tensor(name + ".bias", 0, part.outputs()));
      }
    }
  }

  private static PublishedTensor norm(String prefix, Norm norm, long width) {
    return tensor(prefix + norm.name() + ".weight", norm.offset(), width);
  }

  private static PublishedTensor tensor(String name, double offset, long... shape) {
    return new PublishedTensor(name, Arrays.stream(shape).boxed().toList(), offset);
  }
}

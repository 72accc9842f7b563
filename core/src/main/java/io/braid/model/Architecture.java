package io.braid.model;

import io.braid.model.ModelConfig.Rope;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The structure of a decoder-only transformer, in the order of computation: the embedding, the
 * layers, the final norm. {@link ModelConfig#tiedEmbeddings} says whether the head is a separate
 * matrix or the embedding.
 *
 * @param embeddingScale factor of the embedding's rows
 * @param layers the sub-layers of each layer; each layer has one with attention
 * @param norm the norm after the last layer
 */
public record Architecture(double embeddingScale, List<List<Sublayer>> layers, Sublayer.Norm norm) {

  /** Checks that each layer has one attention, since a cache has one entry per layer. */
  public Architecture {
    for (List<Sublayer> layer : layers) {
      if (layer.stream().filter(each -> each.mixer() instanceof Sublayer.Attention).count() != 1) {
        throw new IllegalArgumentException("a layer must have one attention: " + layer);
      }
    }
  }

  /** Returns all sub-layers, layer by layer. */
  Stream<Sublayer> sublayers() {
    return layers.stream().flatMap(List::stream);
  }

  /** Returns all attentions, layer by layer. */
  Stream<Sublayer.Attention> attentions() {
    return sublayers()
        .map(each -> each.mixer() instanceof Sublayer.Attention attention ? attention : null)
        .filter(Objects::nonNull);
  }

  /** Returns the distinct rotary embeddings of the layers. */
  List<Rope> ropes() {
    return attentions().flatMap(each -> each.rope().stream()).distinct().toList();
  }

  /** Returns all projections of a layer, in order. */
  static Stream<Sublayer.Projection> projections(List<Sublayer> layer) {
    return layer.stream().flatMap(each -> Stream.of(each.in(), each.out()));
  }

  /** Returns the number of elements in the matrices of one layer. */
  long layerNumbers() {
    return projections(layers.getFirst()).mapToLong(each -> each.outputs() * each.inputs()).sum();
  }

  /** Returns the number of elements in the matrices of all layers. */
  public double matrixNumbers() {
    return layers.stream()
        .flatMap(Architecture::projections)
        .mapToDouble(each -> (double) each.outputs() * each.inputs())
        .sum();
  }
}

package io.braid.model;

import io.braid.model.ModelConfig.Rope;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a decoder-only transformer is made of, in the order in which it is computed: the embedding,
 * the layers, the final norm. The head is a matrix of its own or the embedding, as {@link
 * ModelConfig#tiedEmbeddings} says.
 *
 * @param embeddingScale what the rows of the embedding are multiplied by
 * @param layers the sub-layers of each layer; each layer has one with attention
 * @param norm the norm behind the last layer
 */
public record Architecture(double embeddingScale, List<List<Sublayer>> layers, Sublayer.Norm norm) {

  /** Checks that each layer attends once, since a cache has one place for each layer. */
  public Architecture {
    for (List<Sublayer> layer : layers) {
      if (layer.stream().filter(each -> each.mixer() instanceof Sublayer.Attention).count() != 1) {
        throw new IllegalArgumentException("a layer must have one attention: " + layer);
      }
    }
  }

  /** All sub-layers, layer by layer. */
  Stream<Sublayer> sublayers() {
    return layers.stream().flatMap(List::stream);
  }

  /** All attentions, layer by layer. */
  Stream<Sublayer.Attention> attentions() {
    return sublayers()
        .map(each -> each.mixer() instanceof Sublayer.Attention attention ? attention : null)
        .filter(Objects::nonNull);
  }

  /** The rotary embeddings that occur, each once. */
  List<Rope> ropes() {
    return attentions().flatMap(each -> each.rope().stream()).distinct().toList();
  }

  /** All projections of a layer, in order. */
  static Stream<Sublayer.Projection> projections(List<Sublayer> layer) {
    return layer.stream().flatMap(each -> Stream.of(each.in(), each.out()));
  }

  /** Numbers in the matrices of all layers. */
  public double matrixNumbers() {
    return layers.stream()
        .flatMap(Architecture::projections)
        .mapToDouble(each -> (double) each.outputs() * each.inputs())
        .sum();
  }
}

package io.braid.model;

import io.braid.nn.AdaptedLinear;
import io.braid.nn.Int8Linear;
import io.braid.nn.Linear;
import io.braid.nn.Projection;
import io.braid.tensor.DType;
import io.braid.tensor.Functional;
import io.braid.tensor.RowProducts;
import io.braid.tensor.Tensor;
import java.util.List;

/**
 * Turns hidden states into logits.
 *
 * @param projection [vocab, hidden]
 * @param dtype type of the model's weights
 */
record OutputHead(Projection projection, DType dtype) {
  /**
   * Computes the logits of the next token.
   *
   * @param hidden [..., hidden], after the final norm
   * @param exact whether a row's bits must not depend on the number of rows
   * @return [..., vocab], in FLOAT32
   */
  Tensor logits(Tensor hidden, boolean exact) {
    Tensor scores =
        exact && hidden.rank() == 2 && hidden.size(0) < RowProducts.FEWEST_ROWS
            ? ofFewRows(hidden)
            : projection.apply(hidden);
    return wide(scores);
  }

  /**
   * Pads to more rows, because a library uses a different kernel for very few rows, which rounds
   * differently.
   */
  private Tensor ofFewRows(Tensor hidden) {
    long rows = hidden.size(0);
    Tensor padding = Tensor.zeros(hidden.dtype(), RowProducts.FEWEST_ROWS - rows, hidden.size(1));
    return projection.apply(Tensor.cat(List.of(hidden, padding), 0)).narrow(0, 0, rows);
  }

  /**
   * Computes the logits of a part of the vocabulary.
   *
   * @param part [tokens, hidden] rows of the head
   * @return [..., tokens], in FLOAT32
   */
  Tensor logits(Tensor hidden, Tensor part) {
    return wide(Functional.linear(hidden, part));
  }

  private Tensor wide(Tensor scores) {
    return scores.to(dtype == DType.FLOAT64 ? dtype : DType.FLOAT32);
  }

  /** Returns the trainable weight: [vocab, hidden]. */
  Tensor weight() {
    return switch (projection) {
      case Linear dense -> dense.weight();
      case AdaptedLinear adapted -> adapted.merged().weight();
      case Int8Linear _ -> throw new IllegalStateException("int8 weights are not trained");
    };
  }
}

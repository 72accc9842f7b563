package io.braid.model;

import io.braid.tensor.DType;
import io.braid.tensor.Functional;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Looks up rows of the embedding, with a hand-written backward pass: autograd would allocate a
 * gradient of the whole table for a few rows. Gradients of the same row are summed in FLOAT32.
 */
final class EmbeddedTokens {
  private final Tensor table; // [vocab, hidden]
  private final Tensor ids; // [n]
  private final double scale;
  private final Tensor rows; // [n, hidden]

  /**
   * Looks up rows.
   *
   * @param scale factor of the rows
   * @param dtype type of the result
   */
  EmbeddedTokens(Tensor table, Tensor ids, double scale, DType dtype) {
    this.table = table;
    this.ids = ids;
    this.scale = scale;
    try (Gradients off = Gradients.off()) {
      this.rows = look(table, ids, scale, dtype);
    }
  }

  /** Returns the rows of some tokens, [n, hidden]; recorded by autograd if gradients are on. */
  static Tensor look(Tensor table, Tensor ids, double scale, DType dtype) {
    Tensor rows = Functional.embedding(table, ids).to(dtype);
    return scale == 1 ? rows : rows.times(scale);
  }

  /** Returns the rows, [n, hidden], a constant. */
  Tensor rows() {
    return rows;
  }

  /**
   * Runs the backward pass and adds to the table's gradient, if the table is trained.
   *
   * @param gradient with respect to the rows, [n, hidden]
   */
  void backward(Tensor gradient) {
    if (!table.requiresGrad()) {
      return;
    }
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Tensor unscaled = scale == 1 ? gradient : gradient.times(scale);
      long[] tokens = ids.toLongs();
      Map<Long, Long> places = new LinkedHashMap<>(); // of each token among those that occur
      long[] placeOf = new long[tokens.length];
      for (int i = 0; i < tokens.length; i++) {
        placeOf[i] = places.computeIfAbsent(tokens[i], _ -> (long) places.size());
      }
      long[] occurring = places.keySet().stream().mapToLong(token -> token).toArray();
      DType wide = table.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
      Tensor sums =
          Tensor.zeros(wide, occurring.length, gradient.size(1))
              .indexAddInPlace(0, Tensor.of(placeOf, placeOf.length), unscaled.to(wide));
      table
          .gradToAddTo()
          .indexAddInPlace(0, Tensor.of(occurring, occurring.length), sums.to(table.dtype()));
    }
  }
}

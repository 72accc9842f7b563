package io.braid.model;

import io.braid.tensor.DType;
import io.braid.tensor.Functional;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rows of the embedding, looked up and walked back by hand: recorded, the way back would make a
 * whole table for the gradients of a few rows. What falls on one row is summed in FLOAT32.
 */
final class EmbeddedTokens {
  private final Tensor table; // [vocab, hidden]
  private final Tensor ids; // [n]
  private final Tensor rows; // [n, hidden]

  EmbeddedTokens(Tensor table, Tensor ids) {
    this.table = table;
    this.ids = ids;
    try (Gradients off = Gradients.off()) {
      this.rows = Functional.embedding(table, ids);
    }
  }

  /** [n, hidden], a constant. */
  Tensor rows() {
    return rows;
  }

  /**
   * Adds to the table's gradient.
   *
   * @param gradient [n, hidden], at the rows
   */
  void backward(Tensor gradient) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
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
              .indexAddInPlace(0, Tensor.of(placeOf, placeOf.length), gradient.to(wide));
      table
          .gradToAddTo()
          .indexAddInPlace(0, Tensor.of(occurring, occurring.length), sums.to(table.dtype()));
    }
  }
}

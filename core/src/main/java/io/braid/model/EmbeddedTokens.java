package io.braid.model;

import io.braid.tensor.DType;
import io.braid.tensor.Functional;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Looks up rows of the embedding, with a hand-written backward pass: autograd would allocate a
 * gradient of the whole table for a few rows. Gradients of the same row are summed in FLOAT32.
 * Image tokens have features instead of rows; autograd continues from their gradient if they were
 * recorded.
 */
final class EmbeddedTokens {
  private final Tensor table; // [vocab, hidden]
  private final InputTokens input;
  private final Optional<Tensor> features; // [image tokens, hidden]
  private final double scale;
  private final Tensor rows; // [n, hidden]

  /**
   * Looks up rows.
   *
   * @param features [image tokens, hidden], of the input's images
   * @param scale factor of the rows
   * @param dtype type of the result
   */
  EmbeddedTokens(
      Tensor table, InputTokens input, Optional<Tensor> features, double scale, DType dtype) {
    this.table = table;
    this.input = input;
    this.features = features;
    this.scale = scale;
    try (Gradients off = Gradients.off()) {
      this.rows = look(table, input, features, scale, dtype);
    }
  }

  /** Returns a factor as rounded to a type. */
  static double rounded(double number, DType dtype) {
    if (number == 1) {
      return number;
    }
    try (Scope scope = Scope.open()) {
      return Tensor.full(dtype, number, 1).item();
    }
  }

  /** Returns the rows of some tokens, [n, hidden]; recorded by autograd if gradients are on. */
  static Tensor look(
      Tensor table, InputTokens input, Optional<Tensor> features, double scale, DType dtype) {
    Tensor rows = Functional.embedding(table, input.ids()).to(dtype);
    Tensor scaled = scale == 1 ? rows : rows.times(scale);
    return features
        .map(each ->
            scaled
                .times(isText(input).to(dtype).view(-1, 1))
                .indexAdd(0, places(input), each.to(dtype)))
        .orElse(scaled);
  }

  private static Tensor places(InputTokens input) {
    return Tensor.of(input.places(), input.places().length);
  }

  /** Returns whether each token is not of an image: [n] BOOL. */
  private static Tensor isText(InputTokens input) {
    boolean[] text = new boolean[(int) input.ids().size(0)];
    Arrays.fill(text, true);
    for (long place : input.places()) {
      text[(int) place] = false;
    }
    return Tensor.of(text, text.length);
  }

  /** Returns the rows, [n, hidden], a constant. */
  Tensor rows() {
    return rows;
  }

  /**
   * Runs the backward pass and adds to the gradients of the table and of what computed the
   * features, if they are trained.
   *
   * @param gradient with respect to the rows, [n, hidden]
   */
  void backward(Tensor gradient) {
    features
        .filter(Tensor::requiresGrad)
        .ifPresent(each -> each.backward(gradient.indexSelect(0, places(input)).to(each.dtype())));
    if (table.requiresGrad()) {
      addToTable(
          features.isEmpty()
              ? gradient
              : gradient.times(isText(input).to(gradient.dtype()).view(-1, 1)));
    }
  }

  private void addToTable(Tensor gradient) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Tensor unscaled = scale == 1 ? gradient : gradient.times(scale);
      long[] tokens = input.ids().toLongs();
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

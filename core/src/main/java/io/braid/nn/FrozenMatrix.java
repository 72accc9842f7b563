package io.braid.nn;

import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Int8Rows;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;

/** A matrix that is not trained, stored in one of several formats. */
public sealed interface FrozenMatrix extends AutoCloseable {
  /** The storage formats of a frozen matrix. */
  enum Format {
    /** Single precision, 4 bytes per weight. */
    FLOAT32,
    /** Rounded to bfloat16, 2 bytes per weight. */
    BFLOAT16,
    /** int8 with a scale for each row, about 1 byte per weight. */
    INT8
  }

  /**
   * Writes the matrix in FLOAT32.
   *
   * @param to [rows, columns]
   */
  void into(Tensor to);

  /**
   * Replaces rows, converted to this matrix's format.
   *
   * @param firstRow index of the first row
   * @param rows [n, columns] floating-point numbers
   */
  void set(long firstRow, Tensor rows);

  /** Returns the size in bytes. */
  long bytes();

  @Override
  void close();

  /** Allocates a matrix with undefined values. */
  static FrozenMatrix empty(long rows, long columns, Format format) {
    return switch (format) {
      case FLOAT32 -> new Dense(Tensor.empty(DType.FLOAT32, rows, columns).owned());
      case BFLOAT16 -> new Dense(Tensor.empty(DType.BFLOAT16, rows, columns).owned());
      case INT8 ->
          new Bytes(
              new Int8Rows(
                  Tensor.empty(DType.INT8, rows, columns).owned(),
                  Tensor.empty(DType.FLOAT32, rows, 1).owned()));
    };
  }

  /**
   * Copies a matrix into a format.
   *
   * @param matrix [rows, columns] FLOAT32
   */
  static FrozenMatrix of(Tensor matrix, Format format) {
    FrozenMatrix copy = empty(matrix.size(0), matrix.size(1), format);
    copy.set(0, matrix);
    return copy;
  }

  /**
   * A matrix of floating-point numbers.
   *
   * @param values [rows, columns]
   */
  record Dense(Tensor values) implements FrozenMatrix {
    @Override
    public void into(Tensor to) {
      try (Gradients off = Gradients.off()) {
        to.copyInPlace(values);
      }
    }

    @Override
    public void set(long firstRow, Tensor rows) {
      try (Gradients off = Gradients.off()) {
        values.narrow(0, firstRow, rows.size(0)).copyInPlace(rows);
      }
    }

    @Override
    public long bytes() {
      return values.bytes();
    }

    @Override
    public void close() {
      values.close();
    }
  }

  /**
   * A matrix of int8 numbers with a scale for each row.
   *
   * @param rows the rows with their scales
   */
  record Bytes(Int8Rows rows) implements FrozenMatrix {
    @Override
    public void into(Tensor to) {
      try (Gradients off = Gradients.off();
          Scope scope = Scope.open()) {
        to.copyInPlace(rows.values());
        to.timesInPlace(rows.scales());
      }
    }

    @Override
    public void set(long firstRow, Tensor newRows) {
      try (Gradients off = Gradients.off();
          Scope scope = Scope.open()) {
        Int8Rows quantized = Int8Rows.of(newRows);
        long n = newRows.size(0);
        rows.values().narrow(0, firstRow, n).copyInPlace(quantized.values());
        rows.scales().narrow(0, firstRow, n).copyInPlace(quantized.scales());
      }
    }

    @Override
    public long bytes() {
      return rows.values().bytes() + rows.scales().bytes();
    }

    @Override
    public void close() {
      rows.values().close();
      rows.scales().close();
    }
  }
}

package io.braid.tensor;

import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;

/**
 * The rows of a matrix quantized to signed bytes, each with its own scale: values · scales.
 *
 * <p>A row's scale is its largest magnitude / 127, so that 0 stays 0 and nothing is clipped. If a
 * row is not finite, its scale and every product with it are not finite either.
 *
 * @param values [rows, width], INT8, from −127 to 127
 * @param scales [rows, 1], FLOAT32
 */
public record Int8Rows(Tensor values, Tensor scales) {
  /** The largest number of int8 products whose sum is sure to stay below 2²⁴. */
  private static final long STRETCH = (1 << 24) / (127 * 127);

  /** Number of weights that are widened at a time, so that they stay in the cache. */
  private static final long BLOCK = 1 << 20;

  /** Avoids dividing a row of zeros by 0. */
  private static final double SMALLEST_SCALE = Float.MIN_NORMAL;

  /**
   * Quantizes each row to the nearest multiples of its scale, halves to even.
   *
   * @param x [rows, width]
   */
  public static Int8Rows of(Tensor x) {
    Tensor wide = x.to(DType.FLOAT32);
    Tensor scales = wide.abs().amax(-1).div(127).clamp(SMALLEST_SCALE, Double.POSITIVE_INFINITY);
    return new Int8Rows(wide.div(scales).round().to(DType.INT8), scales);
  }

  /** Returns the values multiplied by their scales: [rows, width] FLOAT32. */
  public Tensor dequantized() {
    return values.to(DType.FLOAT32).timesInPlace(scales);
  }

  /**
   * Returns the inner products of these rows with other rows; the integer sums are exact on the
   * host. A row's result does not depend on the other rows.
   *
   * @param others [out, width]
   * @return [rows, out], FLOAT32
   */
  public Tensor times(Int8Rows others) {
    if (!values.raw.is_cpu()) {
      return timesPlainly(others);
    }
    // With one column libtorch 2.10 cannot tell whether it is transposed, and multiplies it
    // wrongly.
    boolean byBytes =
        !Backend.current().widensInt8() && values.size(1) > 1 && Exact.ON_THIS_MACHINE;
    Tensor sums =
        byBytes
            ? integers(values, others.values).to(DType.FLOAT32)
            : inFloat32(values, others.values);
    return sums.timesInPlace(scales).timesInPlace(others.scales.view(1, -1));
  }

  /**
   * Computes a·bᵀ with float32 products, which are exact while no sum reaches 2²⁴; the inputs are
   * split into blocks short enough for this.
   *
   * @param a [rows, width] INT8
   * @param b [out, width] INT8
   * @return [rows, out] FLOAT32, rounded once
   */
  static Tensor inFloat32(Tensor a, Tensor b) {
    long width = a.size(1);
    long out = b.size(0);
    long height = Math.clamp(BLOCK / width, 1, out);
    try (Scope scope = Scope.open()) {
      Tensor x = a.to(DType.FLOAT32);
      Tensor block = Tensor.empty(DType.FLOAT32, height, width);
      Tensor product = Tensor.empty(DType.FLOAT32, a.size(0), out);
      for (long from = 0; from < out; from += height) {
        long rows = Math.min(height, out - from);
        try (Scope each = Scope.open()) {
          Tensor part = block.narrow(0, 0, rows).copyInPlace(b.narrow(0, from, rows));
          product.narrow(1, from, rows).copyInPlace(byStretches(x, part, width));
        }
      }
      return scope.keep(product);
    }
  }

  /**
   * Returns the exact sums over all blocks: one block in FLOAT32, several blocks added in FLOAT64.
   */
  private static Tensor byStretches(Tensor x, Tensor part, long width) {
    if (width <= STRETCH) {
      return x.matmul(part.transpose(0, 1));
    }
    Tensor sum = Tensor.zeros(DType.FLOAT64, x.size(0), part.size(0));
    for (long start = 0; start < width; start += STRETCH) {
      long length = Math.min(STRETCH, width - start);
      sum.addInPlace(
          x.narrow(1, start, length).matmul(part.narrow(1, start, length).transpose(0, 1)));
    }
    return sum;
  }

  /** Computes the reference result: dequantizes the rows, then multiplies them in FLOAT32. */
  Tensor timesPlainly(Int8Rows others) {
    return Functional.linear(dequantized(), others.dequantized());
  }

  /** Computes a·bᵀ from INT8 to INT32 with an operator that has no static binding. */
  private static Tensor integers(Tensor a, Tensor b) {
    try (Scope scope = Scope.open()) {
      IValueVector stack = new IValueVector();
      stack.push_back(new IValue(a.raw));
      stack.push_back(new IValue(b.raw.t()));
      Exact.OPERATOR.callBoxed(stack);
      var borrowed = stack.get(0).toTensor(); // freed with the stack
      return scope.keep(new Tensor(new org.bytedeco.pytorch.Tensor(borrowed)));
    }
  }

  /**
   * Whether this machine's integer product is exact at the ends of its range: on some processors
   * pairs of products are summed in 16 bits, which saturate.
   */
  private static final class Exact {
    private static final OperatorHandle OPERATOR =
        Constants.forever(Dispatcher.singleton().findSchemaOrThrow("aten::_int_mm", ""));
    static final boolean ON_THIS_MACHINE = isExact();

    private Exact() {}

    private static boolean isExact() {
      int width = 64;
      try (Scope scope = Scope.open()) {
        for (double other : new double[] {127, -127}) {
          Tensor a = Tensor.full(DType.INT8, 127, 32, width);
          Tensor b = Tensor.full(DType.INT8, other, 32, width);
          double[] sums = integers(a, b).toDoubles();
          for (double sum : sums) {
            if (sum != width * 127 * other) {
              return false;
            }
          }
        }
        return true;
      } catch (RuntimeException e) {
        return false; // this libtorch has no such product
      }
    }
  }
}

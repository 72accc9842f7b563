package io.braid.tensor;

import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;

/**
 * The rows of a matrix as signed bytes, each with a scale of its own: about values · scales.
 *
 * <p>A row's scale is its largest magnitude / 127, so that 0 stays 0 and nothing is cut off. A row
 * that is not finite has a scale that is not, and so has every product with it.
 *
 * @param values [rows, width], INT8, from −127 to 127
 * @param scales [rows, 1], FLOAT32
 */
public record Int8Rows(Tensor values, Tensor scales) {
  /** So that a row of zeros is not divided by 0. */
  private static final double SMALLEST_SCALE = Float.MIN_NORMAL;

  /**
   * Rounds each row to the nearest multiples of its scale, halves to even.
   *
   * @param x [rows, width]
   */
  public static Int8Rows of(Tensor x) {
    Tensor wide = x.to(DType.FLOAT32);
    Tensor scales = wide.abs().amax(-1).div(127).clamp(SMALLEST_SCALE, Double.POSITIVE_INFINITY);
    return new Int8Rows(wide.div(scales).round().to(DType.INT8), scales);
  }

  /** What they stand for: [rows, width], FLOAT32. */
  public Tensor dequantized() {
    return values.to(DType.FLOAT32).timesInPlace(scales);
  }

  /**
   * The inner products of these rows with others, multiplied and summed as integers where the
   * machine does that exactly. What one row gives does not depend on the rows beside it.
   *
   * @param others [out, width]
   * @return [rows, out], FLOAT32
   */
  public Tensor times(Int8Rows others) {
    // Of one column libtorch 2.10 cannot tell whether it is transposed, and multiplies it wrongly.
    return values.size(1) > 1 && values.raw.is_cpu() && Exact.ON_THIS_MACHINE
        ? integers(values, others.values)
            .to(DType.FLOAT32)
            .timesInPlace(scales)
            .timesInPlace(others.scales.view(1, -1))
        : timesPlainly(others);
  }

  /** The same by definition: dequantized, then multiplied in FLOAT32. */
  Tensor timesPlainly(Int8Rows others) {
    return Functional.linear(dequantized(), others.dequantized());
  }

  /** a·bᵀ of INT8 as INT32: an operator without a static binding. */
  private static Tensor integers(Tensor a, Tensor b) {
    try (Scope scope = Scope.open()) {
      IValueVector stack = new IValueVector();
      stack.push_back(new IValue(a.raw));
      stack.push_back(new IValue(b.raw.t()));
      Exact.OPERATOR.callBoxed(stack);
      var borrowed = stack.get(0).toTensor(); // dies with the stack
      return scope.keep(new Tensor(new org.bytedeco.pytorch.Tensor(borrowed)));
    }
  }

  /**
   * Whether the machine's integer product is right at the ends of its range: some processors sum
   * pairs of products in 16 bits, which saturate.
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

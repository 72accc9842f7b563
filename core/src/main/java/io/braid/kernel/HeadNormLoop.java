package io.braid.kernel;

import io.braid.tensor.DType;
import io.braid.tensor.HostRows;
import io.braid.tensor.OpenMp;
import io.braid.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The forward and backward pass of an RMS normalisation of each query and key head (Qwen3). The
 * reference implementation is {@code RmsNorm} applied to the heads under autograd.
 *
 * @param heads number of query heads, which come first in a row
 * @param kvHeads number of key heads, which follow
 * @param queryWeight [d] FLOAT32
 * @param keyWeight [d] FLOAT32
 * @param epsilon added to the mean square
 */
public record HeadNormLoop(
    int heads, int kvHeads, Tensor queryWeight, Tensor keyWeight, double epsilon) {
  private static final long WORTH_A_THREAD = 20_000; // numbers

  /**
   * The result of the forward pass.
   *
   * @param y [n, heads + kvHeads, d]
   * @param scales [n, heads + kvHeads], 1 / √(mean(x²) + ε) of each head
   */
  public record Normed(Tensor y, Tensor scales) {}

  /**
   * Runs the forward pass.
   *
   * @param x [n, heads + kvHeads or more, d] FLOAT32, in the host's memory
   */
  public Normed forward(Tensor x) {
    int rows = (int) x.size(0);
    int d = (int) x.size(2);
    int all = heads + kvHeads;
    Tensor y = Tensor.empty(DType.FLOAT32, rows, all, d);
    Tensor scales = Tensor.empty(DType.FLOAT32, rows, all);
    HostRows from = x.hostRows();
    HostRows to = y.hostRows();
    MemorySegment s = scales.memory();
    MemorySegment query = queryWeight.memory();
    MemorySegment key = keyWeight.memory();
    OpenMp.forEach(
        rows,
        (long) rows * all * d > WORTH_A_THREAD,
        (first, end) -> {
          for (int head = first * all; head < end * all; head++) {
            int row = head / all;
            int h = head % all;
            long at = from.at(row) + 4L * h * d;
            float scale = NormLoop.scale(from.memory(), at, d, epsilon);
            s.setAtIndex(ValueLayout.JAVA_FLOAT, head, scale);
            NormLoop.multiply(
                from.memory(),
                at,
                h < heads ? query : key,
                scale,
                to.memory(),
                to.at(row) + 4L * h * d,
                d);
          }
        });
    return new Normed(y, scales);
  }

  /**
   * Runs the backward pass in place.
   *
   * @param gradient [n, heads + kvHeads or more, d] with respect to y; overwritten by the gradient
   *     with respect to x
   * @param x the input of the forward pass
   * @param scales from the forward pass
   * @param queryGradient [d], accumulates the gradient of the query weight
   * @param keyGradient [d], accumulates the gradient of the key weight
   */
  public void backward(
      Tensor gradient, Tensor x, Tensor scales, Tensor queryGradient, Tensor keyGradient) {
    int rows = (int) x.size(0);
    int d = (int) x.size(2);
    int all = heads + kvHeads;
    int blocks = Math.ceilDiv(rows, NormLoop.BLOCK);
    Tensor sums = Tensor.zeros(DType.FLOAT32, blocks, 2, d);
    HostRows g = gradient.hostRows();
    HostRows in = x.hostRows();
    MemorySegment nothing = Tensor.zeros(DType.FLOAT32, d).memory();
    MemorySegment partial = sums.memory();
    MemorySegment s = scales.memory();
    MemorySegment query = queryWeight.memory();
    MemorySegment key = keyWeight.memory();
    OpenMp.forEach(
        blocks,
        (long) rows * all * d > WORTH_A_THREAD,
        (first, end) -> {
          int last = Math.min(rows, end * NormLoop.BLOCK);
          for (int head = first * NormLoop.BLOCK * all; head < last * all; head++) {
            int row = head / all;
            int h = head % all;
            NormLoop.back(
                new NormLoop.At(g.memory(), g.at(row) + 4L * h * d),
                h < heads ? query : key,
                new NormLoop.At(in.memory(), in.at(row) + 4L * h * d),
                new NormLoop.At(nothing, 0),
                new NormLoop.At(g.memory(), g.at(row) + 4L * h * d),
                new NormLoop.At(
                    partial, 4L * d * (2L * (row / NormLoop.BLOCK) + (h < heads ? 0 : 1))),
                s.getAtIndex(ValueLayout.JAVA_FLOAT, head),
                d);
          }
        });
    Tensor sum = sums.sum(0); // [2, d]
    queryGradient.addInPlace(sum.select(0, 0));
    keyGradient.addInPlace(sum.select(0, 1));
  }
}

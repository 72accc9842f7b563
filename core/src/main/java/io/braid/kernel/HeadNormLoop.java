package io.braid.kernel;

import io.braid.tensor.DType;
import io.braid.tensor.HostRows;
import io.braid.tensor.OpenMp;
import io.braid.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Root-mean-square normalisation of each query and key head by itself (Qwen3), there and back. The
 * plain reference is {@code RmsNorm} on the heads and its recorded way back.
 *
 * @param heads how many query heads stand first in a row
 * @param kvHeads how many key heads stand behind them
 * @param queryWeight [d] FLOAT32
 * @param keyWeight [d] FLOAT32
 * @param epsilon added to the mean square
 */
public record HeadNormLoop(
    int heads, int kvHeads, Tensor queryWeight, Tensor keyWeight, double epsilon) {
  private static final long WORTH_A_THREAD = 20_000; // numbers

  /**
   * What came out.
   *
   * @param y [n, heads + kvHeads, d]
   * @param scales [n, heads + kvHeads], 1 / √(mean(x²) + ε) of each head
   */
  public record Normed(Tensor y, Tensor scales) {}

  /**
   * The way there.
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
   * The way back, in place.
   *
   * @param gradient [n, heads + kvHeads or more, d], at y; overwritten by that at x
   * @param x what came in
   * @param scales of the way there
   * @param queryGradient [d], at the queries' weight; is added to
   * @param keyGradient [d], at the keys' weight; is added to
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

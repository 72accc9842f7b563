package io.braid.kernel;

import io.braid.tensor.DType;
import io.braid.tensor.HostRows;
import io.braid.tensor.Tensor;

/**
 * Memory for the numbers of a step of decoding, there from step to step.
 *
 * @param x [rows, hidden] FLOAT32, as all of it: the residual stream
 * @param normed [rows, hidden]
 * @param qkv [rows, (heads + 2·kvHeads)·d]
 * @param seen [rows, heads·d], what attention gives
 * @param gateUp [rows, 2·intermediate]
 * @param gated [rows, intermediate]
 * @param logits [rows, vocab]
 * @param scores the rows of the logits
 * @param dealt what is multiplied, in the order in which it is
 */
public record StepRoom(
    HostRows x,
    HostRows normed,
    HostRows qkv,
    HostRows seen,
    HostRows gateUp,
    HostRows gated,
    Tensor logits,
    HostRows scores,
    float[] dealt) {

  /**
   * Memory that belongs to the open scope. What no step touches takes none.
   *
   * @param rows at most
   * @param dealt numbers that are dealt for a product, at most
   */
  public static StepRoom of(
      int rows, int hidden, int qkv, int seen, int intermediate, int vocab, int dealt) {
    Tensor logits = Tensor.empty(DType.FLOAT32, rows, vocab);
    return new StepRoom(
        rows(rows, hidden),
        rows(rows, hidden),
        rows(rows, qkv),
        rows(rows, seen),
        rows(rows, 2L * intermediate),
        rows(rows, intermediate),
        logits,
        logits.hostRows(),
        new float[dealt]);
  }

  private static HostRows rows(int rows, long width) {
    return Tensor.empty(DType.FLOAT32, rows, width).hostRows();
  }
}

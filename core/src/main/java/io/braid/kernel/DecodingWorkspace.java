package io.braid.kernel;

import io.braid.tensor.DType;
import io.braid.tensor.HostRows;
import io.braid.tensor.Tensor;

/**
 * Scratch memory for a decoding step, reused from step to step. All of it is FLOAT32.
 *
 * @param x [rows, hidden]: the residual stream
 * @param normed [rows, hidden], the normalised residual stream
 * @param qkv [rows, (heads + 2·kvHeads)·d]
 * @param attended [rows, heads·d], the output of attention
 * @param gateUp [rows, 2·intermediate]
 * @param gated [rows, intermediate]
 * @param projected [rows, hidden], normalised before it is added to the residual stream
 * @param logits [rows, vocab]
 * @param scores a view of each row of the logits
 * @param packed a product's input in packed order
 */
public record DecodingWorkspace(
    HostRows x,
    HostRows normed,
    HostRows qkv,
    HostRows attended,
    HostRows gateUp,
    HostRows gated,
    HostRows projected,
    Tensor logits,
    HostRows scores,
    float[] packed) {

  /**
   * Allocates a workspace, which belongs to the open scope.
   *
   * @param rows maximum number of rows
   * @param packed number of elements of the largest packed input
   */
  public static DecodingWorkspace of(
      int rows, int hidden, int qkv, int attended, int intermediate, int vocab, int packed) {
    Tensor logits = Tensor.empty(DType.FLOAT32, rows, vocab);
    return new DecodingWorkspace(
        rows(rows, hidden),
        rows(rows, hidden),
        rows(rows, qkv),
        rows(rows, attended),
        rows(rows, 2L * intermediate),
        rows(rows, intermediate),
        rows(rows, hidden),
        logits,
        logits.hostRows(),
        new float[packed]);
  }

  private static HostRows rows(int rows, long width) {
    return Tensor.empty(DType.FLOAT32, rows, width).hostRows();
  }
}

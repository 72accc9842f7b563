package io.braid.model;

import io.braid.tensor.Tensor;

/**
 * Where a published tensor is in the model's parameters: some rows of one of them.
 *
 * <p>Query, key and value projections are one parameter here, and so are gate and up, because one
 * large product is faster than several small ones; checkpoints name them apart.
 *
 * @param name its published name, such as {@code model.layers.0.self_attn.q_proj.weight}
 * @param parameter the parameter that holds it
 * @param firstRow its first row
 * @param rows how many rows
 */
public record NamedView(String name, Tensor parameter, long firstRow, long rows) {
  /** Its rows, sharing the memory of the parameter or of something of the same shape. */
  public Tensor of(Tensor likeParameter) {
    return likeParameter.narrow(0, firstRow, rows);
  }

  /** The shape of the published tensor. */
  public long[] shape() {
    long[] shape = parameter.shape();
    shape[0] = rows;
    return shape;
  }
}

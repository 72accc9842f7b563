package io.braid.model;

import io.braid.tensor.Tensor;

/**
 * The location of a published tensor in the model's parameters: some rows of one parameter.
 *
 * <p>Query, key and value projections are one parameter here, and so are gate and up projections,
 * because one large product is faster than several small ones; checkpoints store them separately.
 *
 * @param name published name, such as {@code model.layers.0.self_attn.q_proj.weight}
 * @param parameter the parameter that holds it
 * @param firstRow first row within the parameter
 * @param rows number of rows
 */
public record NamedView(String name, Tensor parameter, long firstRow, long rows) {
  /**
   * Returns the tensor's rows as a view of the parameter, or of a tensor of the same shape, such as
   * its gradient.
   */
  public Tensor of(Tensor likeParameter) {
    return likeParameter.narrow(0, firstRow, rows);
  }

  /** Returns the shape of the published tensor. */
  public long[] shape() {
    long[] shape = parameter.shape();
    shape[0] = rows;
    return shape;
  }
}

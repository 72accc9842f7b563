package io.braid.model;

import io.braid.tensor.Tensor;

/**
 * A published tensor's place in the model's parameters: some rows of one of them.
 *
 * <p>Query, key and value projections are one parameter here, and so are gate and up, because one
 * large product is faster than several small ones; checkpoints name them apart.
 *
 * @param name its published name, such as {@code model.layers.0.self_attn.q_proj.weight}
 * @param parameter the parameter that holds it
 * @param firstRow where its rows begin
 * @param rows how many they are
 */
public record NamedView(String name, Tensor parameter, long firstRow, long rows) {
  /** The rows themselves, sharing the parameter's memory. */
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

package io.braid.tensor;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Operations that reshape a tensor or select elements. */
abstract sealed class TensorShapes extends TensorReductions permits TensorUpdates {
  TensorShapes(org.bytedeco.pytorch.Tensor raw) {
    super(raw);
  }

  /** Reshapes without copying; one length may be −1. */
  public Tensor view(long... shape) {
    return new Tensor(raw.view(shape));
  }

  /** Reshapes, copying only if necessary; one length may be −1. */
  public Tensor reshape(long... shape) {
    return new Tensor(raw.reshape(shape));
  }

  /** Reorders the dimensions without copying. */
  public Tensor permute(long... order) {
    return new Tensor(raw.permute(order));
  }

  /** Swaps two dimensions without copying. */
  public Tensor transpose(long a, long b) {
    return new Tensor(raw.transpose(a, b));
  }

  /** Selects a range of elements along a dimension. */
  public Tensor narrow(long dim, long start, long length) {
    return new Tensor(raw.narrow(dim, start, length));
  }

  /** Selects one index of a dimension, which is removed. */
  public Tensor select(long dim, long index) {
    return new Tensor(raw.select(dim, index));
  }

  /** Adds a dimension of length 1. */
  public Tensor unsqueeze(long dim) {
    return new Tensor(raw.unsqueeze(dim));
  }

  /** Rolls the last dimension by a number of positions; elements that leave the end wrap around. */
  public Tensor roll(long places) {
    return new Tensor(torch.roll(raw, new long[] {places}, -1));
  }

  /** Removes a dimension of length 1. */
  public Tensor squeeze(long dim) {
    return new Tensor(raw.squeeze(dim));
  }

  /** Repeats dimensions of length 1 without copying; −1 keeps a length. */
  public Tensor expand(long... shape) {
    return new Tensor(raw.expand(shape));
  }

  /** Returns the same elements in row-major memory. */
  public Tensor contiguous() {
    return new Tensor(raw.contiguous());
  }

  /**
   * Splits a dimension into views of the given lengths. The backward pass concatenates the parts'
   * gradients once; narrowing would instead pad and add a whole tensor for each part.
   */
  public List<Tensor> split(long[] lengths, long dim) {
    // Without gradients, narrowing costs half as much as a native list. Libtorch's lazy device, on
    // which tests check that no tensor stays on the host, cannot split.
    if (!raw.requires_grad() || raw.is_lazy()) {
      return narrowed(lengths, dim);
    }
    try (TensorVector parts = torch.split_with_sizes(raw, lengths, dim)) {
      Tensor[] split = new Tensor[lengths.length];
      for (int i = 0; i < split.length; i++) {
        split[i] = owned(parts.get(i));
      }
      return List.of(split);
    }
  }

  private List<Tensor> narrowed(long[] lengths, long dim) {
    Tensor[] parts = new Tensor[lengths.length];
    long start = 0;
    for (int i = 0; i < parts.length; i++) {
      parts[i] = narrow(dim, start, lengths[i]);
      start += lengths[i];
    }
    return List.of(parts);
  }

  // ---- selections
  // --------------------------------------------------------------------------------

  /**
   * Selects the rows (or indices of another dimension) with the given indices (INT64, one
   * dimension).
   */
  public Tensor indexSelect(long dim, Tensor indices) {
    return new Tensor(raw.index_select(dim, indices.raw));
  }

  /** Selects along a dimension the elements at the given indices (INT64, same rank). */
  public Tensor gather(long dim, Tensor indices) {
    return new Tensor(raw.gather(dim, indices.raw));
  }

  /** Returns a copy with the source's elements at the indices along a dimension. */
  public Tensor scatter(long dim, Tensor indices, Tensor source) {
    return new Tensor(raw.scatter(dim, indices.raw, source.raw));
  }

  /** Returns a copy with the source's rows added to the rows with the given indices. */
  public Tensor indexAdd(long dim, Tensor indices, Tensor source) {
    return new Tensor(raw.index_add(dim, indices.raw, source.raw));
  }

  /** Returns a copy with a number where the mask (BOOL) is true. */
  public Tensor maskedFill(Tensor mask, double number) {
    try (Scalar scalar = new Scalar(number)) {
      return new Tensor(raw.masked_fill(mask.raw, scalar));
    }
  }

  /**
   * Returns this tensor's elements where the mask (BOOL) is true, and the other tensor's elsewhere.
   */
  public Tensor where(Tensor mask, Tensor otherwise) {
    return new Tensor(torch.where(mask.raw, raw, otherwise.raw));
  }
}

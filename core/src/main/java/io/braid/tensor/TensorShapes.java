package io.braid.tensor;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Other shapes over the same elements, and selections of elements. */
abstract sealed class TensorShapes extends TensorReductions permits TensorUpdates {
  TensorShapes(org.bytedeco.pytorch.Tensor raw) {
    super(raw);
  }

  /** Another shape over the same memory; one length may be −1. */
  public Tensor view(long... shape) {
    return new Tensor(raw.view(shape));
  }

  /** Another shape, copied when it must be; one length may be −1. */
  public Tensor reshape(long... shape) {
    return new Tensor(raw.reshape(shape));
  }

  /** The dimensions in another order, over the same memory. */
  public Tensor permute(long... order) {
    return new Tensor(raw.permute(order));
  }

  /** Two dimensions swapped. */
  public Tensor transpose(long a, long b) {
    return new Tensor(raw.transpose(a, b));
  }

  /** A number of elements along a dimension, from a start. */
  public Tensor narrow(long dim, long start, long length) {
    return new Tensor(raw.narrow(dim, start, length));
  }

  /** One index of a dimension, which is removed. */
  public Tensor select(long dim, long index) {
    return new Tensor(raw.select(dim, index));
  }

  /** A new dimension of length 1. */
  public Tensor unsqueeze(long dim) {
    return new Tensor(raw.unsqueeze(dim));
  }

  /**
   * The last dimension rolled by a number of positions; elements that leave the end wrap around.
   */
  public Tensor roll(long places) {
    return new Tensor(torch.roll(raw, new long[] {places}, -1));
  }

  /** A dimension of length 1 removed. */
  public Tensor squeeze(long dim) {
    return new Tensor(raw.squeeze(dim));
  }

  /** Dimensions of length 1 repeated without copying; −1 keeps a length. */
  public Tensor expand(long... shape) {
    return new Tensor(raw.expand(shape));
  }

  /** The same elements in row-major memory. */
  public Tensor contiguous() {
    return new Tensor(raw.contiguous());
  }

  /**
   * Parts of the given lengths along a dimension, as views. The backward pass concatenates the
   * parts' gradients once, where narrowing would pad and add a whole tensor for each.
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

  /** The rows (or other dimension) of the given indices (INT64, one dimension). */
  public Tensor indexSelect(long dim, Tensor indices) {
    return new Tensor(raw.index_select(dim, indices.raw));
  }

  /** Along a dimension, the elements at the given indices (INT64, same rank). */
  public Tensor gather(long dim, Tensor indices) {
    return new Tensor(raw.gather(dim, indices.raw));
  }

  /** A copy with the source's elements at the indices along a dimension. */
  public Tensor scatter(long dim, Tensor indices, Tensor source) {
    return new Tensor(raw.scatter(dim, indices.raw, source.raw));
  }

  /** A copy with the source's rows added to the rows of the given indices. */
  public Tensor indexAdd(long dim, Tensor indices, Tensor source) {
    return new Tensor(raw.index_add(dim, indices.raw, source.raw));
  }

  /** A copy with a number where the mask (BOOL) is true. */
  public Tensor maskedFill(Tensor mask, double number) {
    try (Scalar scalar = new Scalar(number)) {
      return new Tensor(raw.masked_fill(mask.raw, scalar));
    }
  }

  /** This where the mask (BOOL) is true, the other elsewhere. */
  public Tensor where(Tensor mask, Tensor otherwise) {
    return new Tensor(torch.where(mask.raw, raw, otherwise.raw));
  }
}

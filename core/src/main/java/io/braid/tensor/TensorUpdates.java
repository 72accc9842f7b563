package io.braid.tensor;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptionalList;

/** Operations that change their receiver and return it. */
abstract sealed class TensorUpdates extends TensorShapes permits Tensor {
  TensorUpdates(org.bytedeco.pytorch.Tensor raw) {
    super(raw);
  }

  /** Copies the source's elements into this tensor, converting and broadcasting. */
  public Tensor copyInPlace(Tensor source) {
    raw.copy_(source.raw);
    return self();
  }

  /**
   * Replaces the rows (or indices of another dimension) with the given indices (INT64, all
   * different).
   */
  public Tensor indexCopyInPlace(long dim, Tensor indices, Tensor source) {
    raw.index_copy_(dim, indices.raw, source.raw);
    return self();
  }

  /**
   * Replaces elements that are selected with indices in the first dimensions.
   *
   * @param indices for each of the first dimensions, INT64, all of one length n
   * @param source [n, the other dimensions]
   */
  public Tensor putInPlace(List<Tensor> indices, Tensor source) {
    try (TensorOptionalList list = new TensorOptionalList()) {
      for (Tensor index : indices) {
        list.push_back(new TensorOptional(index.raw));
      }
      raw.index_put_(list, source.to(dtype()).raw);
    }
    return self();
  }

  /** Adds another tensor to this one. */
  public Tensor addInPlace(Tensor other) {
    raw.add_(other.raw);
    return self();
  }

  /** Multiplies every element of this tensor. */
  public Tensor timesInPlace(double number) {
    try (Scalar scalar = new Scalar(number)) {
      raw.mul_(scalar);
    }
    return self();
  }

  /** Multiplies this tensor elementwise by another tensor. */
  public Tensor timesInPlace(Tensor other) {
    raw.mul_(other.raw);
    return self();
  }

  /** Subtracts another tensor from this one, with broadcasting. */
  public Tensor minusInPlace(Tensor other) {
    raw.sub_(other.raw);
    return self();
  }

  /** Replaces every element x with e^x. */
  public Tensor expInPlace() {
    raw.exp_();
    return self();
  }

  /** Adds the source's rows to the rows with the given indices (INT64, one dimension). */
  public Tensor indexAddInPlace(long dim, Tensor indices, Tensor source) {
    raw.index_add_(dim, indices.raw, source.raw);
    return self();
  }

  /**
   * Adds the product of two matrices of the same dtype to this tensor; if this tensor has a
   * different dtype, rounds once.
   */
  public Tensor plusProductInPlace(Tensor a, Tensor b) {
    if (a.dtype() == dtype()) {
      raw.addmm_(a.raw, b.raw);
      return self();
    }
    return addInPlace(a.matmul(b));
  }

  /** Sets every element to one number. */
  public Tensor fillInPlace(double number) {
    try (Scalar scalar = new Scalar(number)) {
      raw.fill_(scalar);
    }
    return self();
  }
}

package io.braid.tensor;

import java.util.Arrays;

/** The properties and the lifetime of a tensor; subclasses add the operations. */
abstract sealed class TensorHandle implements AutoCloseable permits TensorArithmetic {
  static {
    Engine.start();
  }

  final org.bytedeco.pytorch.Tensor raw;

  TensorHandle(org.bytedeco.pytorch.Tensor raw) {
    this.raw = raw;
  }

  /** Returns this object, which is always a {@link Tensor}. */
  final Tensor self() {
    return (Tensor) this;
  }

  /** Takes another reference to a borrowed tensor, such as an element of a pair. */
  static Tensor owned(org.bytedeco.pytorch.Tensor borrowed) {
    return new Tensor(new org.bytedeco.pytorch.Tensor(borrowed));
  }

  /** Returns the lengths of the dimensions. */
  public long[] shape() {
    long[] shape = new long[rank()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = raw.size(i);
    }
    return shape;
  }

  /** Returns the length of one dimension. */
  public long size(long dim) {
    return raw.size(dim);
  }

  /** Returns the number of dimensions. */
  public int rank() {
    return (int) raw.dim();
  }

  /** Returns the number of elements. */
  public long numel() {
    return raw.numel();
  }

  /** Returns the size of the elements in bytes. */
  public long bytes() {
    return numel() * dtype().bytes();
  }

  /** Returns the type of the elements. */
  public DType dtype() {
    return DType.of(raw.scalar_type());
  }

  @Override
  public String toString() {
    return dtype() + Arrays.toString(shape());
  }

  // ---- lifetime -------------------------------------------------------------------------------

  /** Removes the tensor from its scope; it is then freed by {@link #close()}. */
  public Tensor owned() {
    raw.retainReference();
    return self();
  }

  /** Frees the tensor now instead of with its scope. */
  @Override
  public void close() {
    raw.close();
  }
}

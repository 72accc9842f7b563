package io.braid.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * An n-dimensional array in native memory, with operations that can be differentiated.
 *
 * <p>A tensor belongs to the {@link Scope} in which it was created and is freed with it. Methods
 * whose name ends in {@code InPlace} change their receiver and return it; all others leave it
 * unchanged (views share its memory). Negative dimensions count from the last. Shape and dtype
 * errors are libtorch's, thrown as {@link RuntimeException} with its message.
 */
public final class Tensor extends TensorUpdates {
  /**
   * Sorted elements and their indices.
   *
   * @param values the elements
   * @param indices their indices in the source (INT64)
   */
  public record Ranked(Tensor values, Tensor indices) {}

  Tensor(org.bytedeco.pytorch.Tensor raw) {
    super(raw);
  }

  // ---- creation
  // ----------------------------------------------------------------------------------

  /** Creates a tensor of zeros on the engine's device. */
  public static Tensor zeros(DType dtype, long... shape) {
    return new Tensor(torch.zeros(shape, Engine.options(dtype)));
  }

  /** Creates a tensor of ones on the engine's device. */
  public static Tensor ones(DType dtype, long... shape) {
    return new Tensor(torch.ones(shape, Engine.options(dtype)));
  }

  /** Creates an uninitialised tensor on the engine's device. */
  public static Tensor empty(DType dtype, long... shape) {
    return new Tensor(torch.empty(shape, Engine.options(dtype), Constants.NO_MEMORY_FORMAT));
  }

  /** Creates a tensor filled with one value on the engine's device. */
  public static Tensor full(DType dtype, double value, long... shape) {
    try (Scalar scalar = new Scalar(value)) {
      return new Tensor(torch.full(shape, scalar, Engine.options(dtype)));
    }
  }

  /** Creates the INT64 tensor 0, 1, …, end−1 on the engine's device. */
  public static Tensor arange(long end) {
    try (Scalar scalar = new Scalar(end)) {
      return new Tensor(torch.arange(scalar, Engine.options(DType.INT64)));
    }
  }

  /**
   * Samples independent standard normal numbers (FLOAT32) from a seeded stream, the same on every
   * device.
   */
  public static Tensor randn(RandomSource random, long... shape) {
    try (GeneratorOptional generator = new GeneratorOptional(random.generator)) {
      return new Tensor(torch.randn(shape, generator)).onDevice();
    }
  }

  /**
   * Samples independent uniform numbers in [0, 1) (FLOAT32) from a seeded stream, the same on every
   * device.
   */
  public static Tensor rand(RandomSource random, long... shape) {
    try (GeneratorOptional generator = new GeneratorOptional(random.generator)) {
      return new Tensor(torch.rand(shape, generator)).onDevice();
    }
  }

  /** Returns a copy of the values as FLOAT32, on the engine's device. */
  public static Tensor of(float[] values, long... shape) {
    Tensor host = onHost(DType.FLOAT32, values.length, shape);
    MemorySegment.copy(values, 0, host.memory(), ValueLayout.JAVA_FLOAT, 0, values.length);
    return host.onDevice();
  }

  /** Returns a copy of the values as FLOAT64, on the engine's device. */
  public static Tensor of(double[] values, long... shape) {
    Tensor host = onHost(DType.FLOAT64, values.length, shape);
    MemorySegment.copy(values, 0, host.memory(), ValueLayout.JAVA_DOUBLE, 0, values.length);
    return host.onDevice();
  }

  /** Returns a copy of the values as INT64, on the engine's device. */
  public static Tensor of(long[] values, long... shape) {
    Tensor host = onHost(DType.INT64, values.length, shape);
    MemorySegment.copy(values, 0, host.memory(), ValueLayout.JAVA_LONG, 0, values.length);
    return host.onDevice();
  }

  /** Returns a copy of the values as BOOL, on the engine's device. */
  public static Tensor of(boolean[] values, long... shape) {
    Tensor host = onHost(DType.BOOL, values.length, shape);
    MemorySegment memory = host.memory();
    for (int i = 0; i < values.length; i++) {
      memory.set(ValueLayout.JAVA_BYTE, i, (byte) (values[i] ? 1 : 0));
    }
    return host.onDevice();
  }

  /**
   * Creates a tensor over memory that something else owns, such as a mapped file. Nothing is
   * copied, and the memory must outlive the tensor. The tensor is on the host even if the engine
   * uses a different device; use {@link #copyInPlace} or {@link #onDevice} to move it.
   *
   * @throws IllegalArgumentException if the segment is smaller than the shape
   */
  public static Tensor ofMemory(MemorySegment memory, DType dtype, long... shape) {
    long bytes = Math.multiplyExact(elements(shape), (long) dtype.bytes());
    if (memory.byteSize() < bytes) {
      throw new IllegalArgumentException(
          "%d bytes cannot hold %s%s".formatted(memory.byteSize(), dtype, Arrays.toString(shape)));
    }
    try (Address address = new Address(memory.address())) {
      return new Tensor(torch.from_blob(address, shape, Constants.hostOptions(dtype)));
    }
  }

  /** Concatenates tensors along a dimension. */
  public static Tensor cat(List<Tensor> parts, long dim) {
    try (TensorVector vector = vector(parts)) {
      return new Tensor(torch.cat(vector, dim));
    }
  }

  /** Stacks tensors of one shape along a new dimension. */
  public static Tensor stack(List<Tensor> parts, long dim) {
    try (TensorVector vector = vector(parts)) {
      return new Tensor(torch.stack(vector, dim));
    }
  }

  // ---- conversion
  // --------------------------------------------------------------------------------

  /**
   * Returns the same elements in a different dtype, or this tensor itself if it already has that
   * dtype.
   */
  public Tensor to(DType dtype) {
    return raw.scalar_type().value == dtype.scalarType.value
        ? this
        : new Tensor(raw.to(dtype.scalarType));
  }

  /**
   * Returns the same elements on the engine's device, or this tensor itself if it is already there.
   */
  public Tensor onDevice() {
    return Engine.onHost()
        ? this
        : new Tensor(raw.to(Engine.options(dtype()), false, false, Constants.NO_MEMORY_FORMAT));
  }

  /** Returns the same elements in host memory, or this tensor itself if it is already there. */
  public Tensor onHost() {
    return raw.is_cpu() ? this : new Tensor(raw.cpu());
  }

  /** Returns a copy with its own memory. */
  public Tensor copy() {
    return new Tensor(raw.clone());
  }

  /** Returns the elements in row-major order. */
  public float[] toFloats() {
    try (Scope scope = Scope.open()) {
      Tensor host = to(DType.FLOAT32).onHost().contiguous();
      return host.memory().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }
  }

  /** Returns the elements in row-major order. */
  public double[] toDoubles() {
    try (Scope scope = Scope.open()) {
      Tensor host = to(DType.FLOAT64).onHost().contiguous();
      return host.memory().toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED);
    }
  }

  /** Returns the elements in row-major order. */
  public long[] toLongs() {
    try (Scope scope = Scope.open()) {
      Tensor host = to(DType.INT64).onHost().contiguous();
      return host.memory().toArray(ValueLayout.JAVA_LONG_UNALIGNED);
    }
  }

  /** Returns the single element of a scalar tensor. */
  public double item() {
    return raw.item_double();
  }

  /**
   * Returns the memory of a contiguous tensor on the host, without copying it. The memory is freed
   * with the tensor.
   *
   * @throws IllegalStateException if the tensor is not contiguous or not on the host
   */
  public MemorySegment memory() {
    if (!raw.is_contiguous() || !raw.is_cpu()) {
      throw new IllegalStateException("not contiguous host memory: " + this);
    }
    long bytes = bytes();
    return bytes == 0
        ? MemorySegment.NULL
        : MemorySegment.ofAddress(raw.data_ptr().address()).reinterpret(bytes);
  }

  /** Returns whether this tensor is in host memory. */
  public boolean isOnHost() {
    return raw.is_cpu();
  }

  /**
   * Returns the tensor's rows (the first dimension) in host memory, without copying them.
   *
   * @throws IllegalStateException if a row is not contiguous or not on the host
   */
  public HostRows hostRows() {
    long expected = 1;
    for (int dim = rank() - 1; dim > 0; dim--) {
      if (raw.stride(dim) != expected && raw.size(dim) != 1) {
        throw new IllegalStateException("rows are not contiguous: " + this);
      }
      expected *= raw.size(dim);
    }
    if (!raw.is_cpu()) {
      throw new IllegalStateException("not in the host's memory: " + this);
    }
    long rowBytes = raw.stride(0) * dtype().bytes();
    long bytes = (size(0) - 1) * rowBytes + expected * dtype().bytes();
    return new HostRows(
        MemorySegment.ofAddress(raw.data_ptr().address()).reinterpret(bytes), rowBytes);
  }

  // ---- differentiation
  // ---------------------------------------------------------------------------

  /** Sets whether gradients are computed for this tensor, which must be a leaf. */
  public Tensor requiresGrad(boolean required) {
    raw.set_requires_grad(required);
    return this;
  }

  /** Returns whether gradients are computed for or through this tensor. */
  public boolean requiresGrad() {
    return raw.requires_grad();
  }

  /** Returns the same values, detached from the computation graph. */
  public Tensor detach() {
    return new Tensor(raw.detach());
  }

  /**
   * Runs the backward pass from this scalar, which adds to the gradients of the leaves that it was
   * computed from.
   */
  public void backward() {
    raw.backward();
  }

  /** Runs {@link #backward()} for a tensor of any shape, given the gradient with respect to it. */
  public void backward(Tensor gradient) {
    try (BoolOptional keepGraph = new BoolOptional();
        TensorArrayRefOptional all = new TensorArrayRefOptional()) {
      raw.backward(gradient.raw, keepGraph, false, all);
    }
  }

  /** Returns the accumulated gradient; the next backward pass adds to the same memory. */
  public Optional<Tensor> grad() {
    org.bytedeco.pytorch.Tensor borrowed = raw.grad();
    return borrowed.defined()
        ? Optional.of(new Tensor(new org.bytedeco.pytorch.Tensor(borrowed)))
        : Optional.empty();
  }

  /**
   * Returns the accumulated gradient, created as zeros when there is none, for a hand-written
   * backward pass to add to.
   */
  public Tensor gradToAddTo() {
    org.bytedeco.pytorch.Tensor borrowed = raw.mutable_grad();
    if (!borrowed.defined()) {
      try (Scope scope = Scope.open()) {
        borrowed.put(torch.zeros_like(raw));
      }
    }
    return new Tensor(new org.bytedeco.pytorch.Tensor(borrowed));
  }

  /** Drops the gradient and frees its memory. */
  public void clearGrad() {
    org.bytedeco.pytorch.Tensor borrowed = raw.mutable_grad();
    if (borrowed.defined()) {
      borrowed.reset();
    }
  }

  // ---- internals
  // ---------------------------------------------------------------------------------

  static TensorVector vector(List<Tensor> tensors) {
    TensorVector vector = new TensorVector();
    for (Tensor tensor : tensors) {
      vector.push_back(tensor.raw);
    }
    return vector;
  }

  private static Tensor onHost(DType dtype, long values, long... shape) {
    if (elements(shape) != values) {
      throw new IllegalArgumentException(values + " values cannot fill " + Arrays.toString(shape));
    }
    return new Tensor(torch.empty(shape, Constants.hostOptions(dtype), Constants.NO_MEMORY_FORMAT));
  }

  private static long elements(long... shape) {
    long product = 1;
    for (long length : shape) {
      product = Math.multiplyExact(product, length);
    }
    return product;
  }

  /** A pointer to memory that JavaCPP does not own. */
  private static final class Address extends Pointer {
    Address(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }
}

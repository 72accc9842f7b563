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
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptionalList;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * An n-dimensional array in native memory, whose operations read like the maths and can be
 * differentiated.
 *
 * <p>A tensor belongs to the {@link Scope} in which it was made and dies with it. Methods whose
 * name ends in {@code InPlace} change their receiver and return it; all others leave it alone
 * (views share its memory). Negative dimensions count from the last. Shape and dtype errors are
 * libtorch's, thrown as {@link RuntimeException} with its message.
 */
public final class Tensor implements AutoCloseable {
  static {
    Engine.start();
  }

  final org.bytedeco.pytorch.Tensor raw;

  Tensor(org.bytedeco.pytorch.Tensor raw) {
    this.raw = raw;
  }

  // ---- making ---------------------------------------------------------------------------------

  /** Zeros of a shape, on the engine's device. */
  public static Tensor zeros(DType dtype, long... shape) {
    return new Tensor(torch.zeros(shape, Engine.options(dtype)));
  }

  /** Ones of a shape, on the engine's device. */
  public static Tensor ones(DType dtype, long... shape) {
    return new Tensor(torch.ones(shape, Engine.options(dtype)));
  }

  /** Memory of a shape, its contents undefined, on the engine's device. */
  public static Tensor empty(DType dtype, long... shape) {
    return new Tensor(torch.empty(shape, Engine.options(dtype), Constants.NO_MEMORY_FORMAT));
  }

  /** A shape filled with one value, on the engine's device. */
  public static Tensor full(DType dtype, double value, long... shape) {
    try (Scalar scalar = new Scalar(value)) {
      return new Tensor(torch.full(shape, scalar, Engine.options(dtype)));
    }
  }

  /** 0, 1, …, end−1 as INT64, on the engine's device. */
  public static Tensor arange(long end) {
    try (Scalar scalar = new Scalar(end)) {
      return new Tensor(torch.arange(scalar, Engine.options(DType.INT64)));
    }
  }

  /** Independent standard normal numbers (FLOAT32) from a seeded stream; the same on any device. */
  public static Tensor randn(RandomSource random, long... shape) {
    try (GeneratorOptional generator = new GeneratorOptional(random.generator)) {
      return new Tensor(torch.randn(shape, generator)).onDevice();
    }
  }

  /**
   * Independent uniform numbers in [0, 1) (FLOAT32) from a seeded stream; the same on any device.
   */
  public static Tensor rand(RandomSource random, long... shape) {
    try (GeneratorOptional generator = new GeneratorOptional(random.generator)) {
      return new Tensor(torch.rand(shape, generator)).onDevice();
    }
  }

  /** A copy of the values as FLOAT32, on the engine's device. */
  public static Tensor of(float[] values, long... shape) {
    Tensor host = onHost(DType.FLOAT32, values.length, shape);
    MemorySegment.copy(values, 0, host.memory(), ValueLayout.JAVA_FLOAT, 0, values.length);
    return host.onDevice();
  }

  /** A copy of the values as FLOAT64, on the engine's device. */
  public static Tensor of(double[] values, long... shape) {
    Tensor host = onHost(DType.FLOAT64, values.length, shape);
    MemorySegment.copy(values, 0, host.memory(), ValueLayout.JAVA_DOUBLE, 0, values.length);
    return host.onDevice();
  }

  /** A copy of the values as INT64, on the engine's device. */
  public static Tensor of(long[] values, long... shape) {
    Tensor host = onHost(DType.INT64, values.length, shape);
    MemorySegment.copy(values, 0, host.memory(), ValueLayout.JAVA_LONG, 0, values.length);
    return host.onDevice();
  }

  /** A copy of the values as BOOL, on the engine's device. */
  public static Tensor of(boolean[] values, long... shape) {
    Tensor host = onHost(DType.BOOL, values.length, shape);
    MemorySegment memory = host.memory();
    for (int i = 0; i < values.length; i++) {
      memory.set(ValueLayout.JAVA_BYTE, i, (byte) (values[i] ? 1 : 0));
    }
    return host.onDevice();
  }

  /**
   * A tensor over memory that somebody else owns (a mapped file): nothing is copied, and the memory
   * must outlive it. It is on the host whatever the engine's device, to be taken from there by
   * {@link #copyInPlace} or {@link #onDevice}.
   *
   * @throws IllegalArgumentException when the segment is smaller than the shape
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

  /** Tensors laid end to end along a dimension. */
  public static Tensor cat(List<Tensor> parts, long dim) {
    try (TensorVector vector = vector(parts)) {
      return new Tensor(torch.cat(vector, dim));
    }
  }

  /** Tensors of one shape side by side along a new dimension. */
  public static Tensor stack(List<Tensor> parts, long dim) {
    try (TensorVector vector = vector(parts)) {
      return new Tensor(torch.stack(vector, dim));
    }
  }

  // ---- what it is -----------------------------------------------------------------------------

  /** The lengths of the dimensions. */
  public long[] shape() {
    long[] shape = new long[rank()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = raw.size(i);
    }
    return shape;
  }

  /** The length of one dimension. */
  public long size(long dim) {
    return raw.size(dim);
  }

  /** How many dimensions there are. */
  public int rank() {
    return (int) raw.dim();
  }

  /** How many elements there are. */
  public long numel() {
    return raw.numel();
  }

  /** How much memory the elements take. */
  public long bytes() {
    return numel() * dtype().bytes();
  }

  /** The type of the elements. */
  public DType dtype() {
    return DType.of(raw.scalar_type());
  }

  @Override
  public String toString() {
    return dtype() + Arrays.toString(shape());
  }

  // ---- arithmetic -----------------------------------------------------------------------------

  /** Elementwise sum, with broadcasting. */
  public Tensor plus(Tensor other) {
    return new Tensor(raw.add(other.raw));
  }

  /** Adds a number to every element. */
  public Tensor plus(double number) {
    try (Scalar scalar = new Scalar(number)) {
      return new Tensor(raw.add(scalar));
    }
  }

  /** Elementwise difference, with broadcasting. */
  public Tensor minus(Tensor other) {
    return new Tensor(raw.sub(other.raw));
  }

  /** Subtracts a number from every element. */
  public Tensor minus(double number) {
    return plus(-number);
  }

  /** Elementwise product, with broadcasting. */
  public Tensor times(Tensor other) {
    return new Tensor(raw.mul(other.raw));
  }

  /** Multiplies every element by a number. */
  public Tensor times(double number) {
    try (Scalar scalar = new Scalar(number)) {
      return new Tensor(raw.mul(scalar));
    }
  }

  /** Elementwise quotient, with broadcasting. */
  public Tensor div(Tensor other) {
    return new Tensor(raw.div(other.raw));
  }

  /** Divides every element by a number. */
  public Tensor div(double number) {
    try (Scalar scalar = new Scalar(number)) {
      return new Tensor(raw.div(scalar));
    }
  }

  /** Every element's negative. */
  public Tensor negate() {
    return new Tensor(raw.neg());
  }

  /** Every element rounded to the nearest whole number, halves to the even one. */
  public Tensor round() {
    return new Tensor(raw.round());
  }

  /** Every element's square. */
  public Tensor square() {
    return new Tensor(raw.square());
  }

  /** Every element to a power. */
  public Tensor pow(double exponent) {
    try (Scalar scalar = new Scalar(exponent)) {
      return new Tensor(raw.pow(scalar));
    }
  }

  /** e to every element. */
  public Tensor exp() {
    return new Tensor(raw.exp());
  }

  /** Every element's natural logarithm. */
  public Tensor log() {
    return new Tensor(raw.log());
  }

  /** Every element's square root. */
  public Tensor sqrt() {
    return new Tensor(raw.sqrt());
  }

  /** One over every element. */
  public Tensor reciprocal() {
    return new Tensor(raw.reciprocal());
  }

  /** Every element's magnitude. */
  public Tensor abs() {
    return new Tensor(raw.abs());
  }

  /** Every element's cosine. */
  public Tensor cos() {
    return new Tensor(raw.cos());
  }

  /** Every element's sine. */
  public Tensor sin() {
    return new Tensor(raw.sin());
  }

  /** Every element held between two bounds; outside them the gradient is zero. */
  public Tensor clamp(double low, double high) {
    try (Scalar lowest = new Scalar(low);
        Scalar highest = new Scalar(high)) {
      return new Tensor(raw.clamp_min(lowest).clamp_max(highest));
    }
  }

  /** Elementwise smaller of two, with broadcasting. */
  public Tensor minimum(Tensor other) {
    return new Tensor(torch.minimum(raw, other.raw));
  }

  /** Elementwise larger of two, with broadcasting. */
  public Tensor maximum(Tensor other) {
    return new Tensor(torch.maximum(raw, other.raw));
  }

  /** Matrix product over the last two dimensions, with broadcasting of the others. */
  public Tensor matmul(Tensor other) {
    return new Tensor(raw.matmul(other.raw));
  }

  // ---- comparisons (BOOL) ---------------------------------------------------------------------

  /** Where an element is less than a number. */
  public Tensor lt(double number) {
    try (Scalar scalar = new Scalar(number)) {
      return new Tensor(raw.lt(scalar));
    }
  }

  /** Where an element is less than another's. */
  public Tensor lt(Tensor other) {
    return new Tensor(raw.lt(other.raw));
  }

  /** Where an element is greater than another's. */
  public Tensor gt(Tensor other) {
    return new Tensor(raw.gt(other.raw));
  }

  /** Where an element is at least another's. */
  public Tensor ge(Tensor other) {
    return new Tensor(raw.ge(other.raw));
  }

  /** Where an element equals a number. */
  public Tensor eq(double number) {
    try (Scalar scalar = new Scalar(number)) {
      return new Tensor(raw.eq(scalar));
    }
  }

  /** Elementwise "and" of two BOOL tensors, with broadcasting. */
  public Tensor and(Tensor other) {
    return new Tensor(raw.logical_and(other.raw));
  }

  /** Elementwise "not" of a BOOL tensor. */
  public Tensor not() {
    return new Tensor(raw.logical_not());
  }

  /** Whether every element of every part is a finite number. */
  public boolean isFinite() {
    try (Scope scope = Scope.open()) {
      return raw.isfinite().all().item_bool();
    }
  }

  /** Whether shapes, dtypes and all elements are the same. */
  public boolean sameAs(Tensor other) {
    return raw.equal(other.raw);
  }

  // ---- reductions -----------------------------------------------------------------------------

  /** The sum of all elements, as a scalar tensor. */
  public Tensor sum() {
    return new Tensor(raw.sum());
  }

  /** Sums along one dimension, which goes. */
  public Tensor sum(long dim) {
    return new Tensor(raw.sum(dim));
  }

  /** The mean of all elements, as a scalar tensor. */
  public Tensor mean() {
    return new Tensor(raw.mean());
  }

  /** Means along one dimension, which goes. */
  public Tensor mean(long dim) {
    return new Tensor(raw.mean(dim));
  }

  /** The largest elements along one dimension, which stays with length 1. */
  public Tensor amax(long dim) {
    return new Tensor(raw.amax(new long[] {dim}, true));
  }

  /** The largest of all elements, as a scalar tensor. */
  public Tensor max() {
    return new Tensor(raw.max());
  }

  /** The index of the first largest element along the last dimension, which goes. */
  public Tensor argmax() {
    return new Tensor(raw.argmax(Constants.LAST_DIM, false));
  }

  /** Running sums along a dimension. */
  public Tensor cumsum(long dim) {
    return new Tensor(raw.cumsum(dim));
  }

  /** log Σ exp along the last dimension, which goes. */
  public Tensor logsumexp() {
    return new Tensor(torch.logsumexp(raw, -1));
  }

  /** Log-probabilities along the last dimension. */
  public Tensor logSoftmax() {
    return new Tensor(torch.log_softmax(raw, -1));
  }

  /** Probabilities along the last dimension. */
  public Tensor softmax() {
    return new Tensor(torch.softmax(raw, -1));
  }

  /** The k largest along the last dimension, in falling order. */
  public Ranked topk(long k) {
    try (var pair = torch.topk(raw, k)) {
      return new Ranked(owned(pair.get0()), owned(pair.get1()));
    }
  }

  /** The last dimension in falling order; equal elements keep their order. */
  public Ranked sortDescending() {
    try (BoolOptional stable = new BoolOptional(true);
        var pair = torch.sort(raw, stable, -1, true)) {
      return new Ranked(owned(pair.get0()), owned(pair.get1()));
    }
  }

  /**
   * Elements in an order, and where they came from.
   *
   * @param values the elements
   * @param indices their places in the source (INT64)
   */
  public record Ranked(Tensor values, Tensor indices) {}

  /**
   * For each row the number of entries of this rising last dimension that are at most the wanted
   * value: the first index whose entry is greater.
   *
   * @param wanted same leading dimensions, any last
   */
  public Tensor searchSortedRight(Tensor wanted) {
    return new Tensor(
        torch.searchsorted(raw, wanted.raw, false, true, Constants.NO_STRING, Constants.NO_TENSOR));
  }

  // ---- shape ----------------------------------------------------------------------------------

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

  /** Two dimensions exchanged. */
  public Tensor transpose(long a, long b) {
    return new Tensor(raw.transpose(a, b));
  }

  /** The elements from start, length of them, along a dimension. */
  public Tensor narrow(long dim, long start, long length) {
    return new Tensor(raw.narrow(dim, start, length));
  }

  /** One index of a dimension, which goes. */
  public Tensor select(long dim, long index) {
    return new Tensor(raw.select(dim, index));
  }

  /** A new dimension of length 1. */
  public Tensor unsqueeze(long dim) {
    return new Tensor(raw.unsqueeze(dim));
  }

  /** The last dimension turned by a number of places: what falls off the end comes in again. */
  public Tensor roll(long places) {
    return new Tensor(torch.roll(raw, new long[] {places}, -1));
  }

  /** This plus the product of two tensors. */
  public Tensor plusProduct(Tensor a, Tensor b) {
    return new Tensor(torch.addcmul(raw, a.raw, b.raw));
  }

  /** A dimension of length 1 removed. */
  public Tensor squeeze(long dim) {
    return new Tensor(raw.squeeze(dim));
  }

  /** Dimensions of length 1 repeated without copying; −1 leaves a length as it is. */
  public Tensor expand(long... shape) {
    return new Tensor(raw.expand(shape));
  }

  /** The same elements in row-major memory. */
  public Tensor contiguous() {
    return new Tensor(raw.contiguous());
  }

  /**
   * Parts of the given lengths along a dimension, as views. Backwards the parts are joined once,
   * where narrowing would fill and add a whole tensor for each.
   */
  public List<Tensor> split(long[] lengths, long dim) {
    // Narrowing has half the cost of a native list where nothing goes backwards, and libtorch's
    // lazy
    // device, on which the tests see that no tensor stays on the host, cannot split.
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

  // ---- picking --------------------------------------------------------------------------------

  /** The rows (or other dimension) of the given indices (INT64, one dimension). */
  public Tensor indexSelect(long dim, Tensor indices) {
    return new Tensor(raw.index_select(dim, indices.raw));
  }

  /** Along a dimension, the elements at the given indices (INT64, same rank). */
  public Tensor gather(long dim, Tensor indices) {
    return new Tensor(raw.gather(dim, indices.raw));
  }

  /** A copy with the source's elements put at the indices along a dimension. */
  public Tensor scatter(long dim, Tensor indices, Tensor source) {
    return new Tensor(raw.scatter(dim, indices.raw, source.raw));
  }

  /** A copy in which the source's rows were added to the rows of the given indices. */
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

  // ---- in place -------------------------------------------------------------------------------

  /** Copies the source's elements into this tensor, converting and broadcasting. */
  public Tensor copyInPlace(Tensor source) {
    raw.copy_(source.raw);
    return this;
  }

  /** Replaces the rows (or other dimension) of the given indices (INT64, all different). */
  public Tensor indexCopyInPlace(long dim, Tensor indices, Tensor source) {
    raw.index_copy_(dim, indices.raw, source.raw);
    return this;
  }

  /**
   * Replaces single elements of the first dimensions.
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
    return this;
  }

  /** Adds another tensor to this one. */
  public Tensor addInPlace(Tensor other) {
    raw.add_(other.raw);
    return this;
  }

  /** Multiplies every element of this tensor. */
  public Tensor timesInPlace(double number) {
    try (Scalar scalar = new Scalar(number)) {
      raw.mul_(scalar);
    }
    return this;
  }

  /** Multiplies this tensor by another, elementwise. */
  public Tensor timesInPlace(Tensor other) {
    raw.mul_(other.raw);
    return this;
  }

  /** Takes another tensor from this one, with broadcasting. */
  public Tensor minusInPlace(Tensor other) {
    raw.sub_(other.raw);
    return this;
  }

  /** Makes every element e to its power. */
  public Tensor expInPlace() {
    raw.exp_();
    return this;
  }

  /** Adds the source's rows to the rows of the given indices (INT64, one dimension). */
  public Tensor indexAddInPlace(long dim, Tensor indices, Tensor source) {
    raw.index_add_(dim, indices.raw, source.raw);
    return this;
  }

  /**
   * Adds the product of two matrices of one dtype to this one; rounds once if its own is another.
   */
  public Tensor plusProductInPlace(Tensor a, Tensor b) {
    if (a.dtype() == dtype()) {
      raw.addmm_(a.raw, b.raw);
      return this;
    }
    return addInPlace(a.matmul(b));
  }

  /** Makes every element one number. */
  public Tensor fillInPlace(double number) {
    try (Scalar scalar = new Scalar(number)) {
      raw.fill_(scalar);
    }
    return this;
  }

  // ---- conversion -----------------------------------------------------------------------------

  /** The same elements as another dtype; itself when it has it already. */
  public Tensor to(DType dtype) {
    return raw.scalar_type().value == dtype.scalarType.value
        ? this
        : new Tensor(raw.to(dtype.scalarType));
  }

  /** The same elements on the engine's device; itself when they are there. */
  public Tensor onDevice() {
    return Engine.onHost()
        ? this
        : new Tensor(raw.to(Engine.options(dtype()), false, false, Constants.NO_MEMORY_FORMAT));
  }

  /** The same elements in the host's memory; itself when they are there. */
  public Tensor onHost() {
    return raw.is_cpu() ? this : new Tensor(raw.cpu());
  }

  /** A copy of its own. */
  public Tensor copy() {
    return new Tensor(raw.clone());
  }

  /** The elements in row-major order. */
  public float[] toFloats() {
    try (Scope scope = Scope.open()) {
      Tensor host = to(DType.FLOAT32).onHost().contiguous();
      return host.memory().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }
  }

  /** The elements in row-major order. */
  public double[] toDoubles() {
    try (Scope scope = Scope.open()) {
      Tensor host = to(DType.FLOAT64).onHost().contiguous();
      return host.memory().toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED);
    }
  }

  /** The elements in row-major order. */
  public long[] toLongs() {
    try (Scope scope = Scope.open()) {
      Tensor host = to(DType.INT64).onHost().contiguous();
      return host.memory().toArray(ValueLayout.JAVA_LONG_UNALIGNED);
    }
  }

  /** The one element of a scalar tensor. */
  public double item() {
    return raw.item_double();
  }

  /**
   * The bytes of a contiguous tensor in the host's memory, without a copy. They die with the
   * tensor.
   *
   * @throws IllegalStateException when the tensor is not contiguous or not on the host
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

  /** Whether its memory is the host's. */
  public boolean isOnHost() {
    return raw.is_cpu();
  }

  /**
   * Its rows (the first dimension) in the host's memory, without a copy.
   *
   * @throws IllegalStateException when a row is not contiguous or not on the host
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

  // ---- differentiation ------------------------------------------------------------------------

  /** Asks for gradients with respect to this tensor, which must be a leaf, or no longer asks. */
  public Tensor requiresGrad(boolean required) {
    raw.set_requires_grad(required);
    return this;
  }

  /** Whether gradients flow through this tensor. */
  public boolean requiresGrad() {
    return raw.requires_grad();
  }

  /** The same values, cut off from the computation that made them. */
  public Tensor detach() {
    return new Tensor(raw.detach());
  }

  /** Adds the gradient of this scalar to the gradients of the leaves that it was computed from. */
  public void backward() {
    raw.backward();
  }

  /** The same for a tensor of any shape, given the gradient that flows into it. */
  public void backward(Tensor gradient) {
    try (BoolOptional keepGraph = new BoolOptional();
        TensorArrayRefOptional all = new TensorArrayRefOptional()) {
      raw.backward(gradient.raw, keepGraph, false, all);
    }
  }

  /** The gradient gathered so far; shares memory with what the next backward pass adds to. */
  public Optional<Tensor> grad() {
    org.bytedeco.pytorch.Tensor borrowed = raw.grad();
    return borrowed.defined()
        ? Optional.of(new Tensor(new org.bytedeco.pytorch.Tensor(borrowed)))
        : Optional.empty();
  }

  /**
   * The gradient gathered so far, zeros when there is none: what a backward pass written by hand
   * adds to.
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

  /** Forgets the gradient and frees its memory. */
  public void clearGrad() {
    org.bytedeco.pytorch.Tensor borrowed = raw.mutable_grad();
    if (borrowed.defined()) {
      borrowed.reset();
    }
  }

  // ---- life -----------------------------------------------------------------------------------

  /** Takes the tensor out of the care of scopes: it lives until {@link #close()}. */
  public Tensor owned() {
    raw.retainReference();
    return this;
  }

  /** Frees it now rather than with its scope. */
  @Override
  public void close() {
    raw.close();
  }

  // ---- inside ---------------------------------------------------------------------------------

  static TensorVector vector(List<Tensor> tensors) {
    TensorVector vector = new TensorVector();
    for (Tensor tensor : tensors) {
      vector.push_back(tensor.raw);
    }
    return vector;
  }

  /** A pair's halves are borrowed from the pair; this takes a reference of its own. */
  private static Tensor owned(org.bytedeco.pytorch.Tensor borrowed) {
    return new Tensor(new org.bytedeco.pytorch.Tensor(borrowed));
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

  /** A pointer to memory that is not ours. */
  private static final class Address extends Pointer {
    Address(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }
}

package io.braid.kernel;

import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.Functional;
import io.braid.tensor.Gradients;
import io.braid.tensor.HostRows;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product of a few rows with a small FLOAT32 matrix, for decoding. The weights are copied into
 * panels, each read sequentially with one output per lane, for eight rows at a time. The reference
 * implementation is libtorch's product, which is optimised for many rows.
 *
 * <p>Sums run in the same order as the BLAS library's, so the bits are the same and rollouts agree
 * with training: along the inputs, in blocks of at most 384 or 192, whose sums are then added to
 * the bias one by one. MKL has blocks of 384 where it uses AVX-512, and of 192 where it uses AVX2.
 * Before the first product, a test finds out which are true on the machine.
 */
public final class PanelProduct implements FewRowsProduct {
  /** Largest number of rows. With more rows there is no gain. */
  private static final int MOST_ROWS = 128;

  private static final int ROWS = 8;
  private static final int FOUR = 4; // rows, of the eight
  private static final int WIDE = 16; // lanes, with which there are 32 registers
  private static final int[] STRETCHES = {384, 192};
  private static final VectorSpecies<Float> SPECIES = Vectors.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final Map<Widths, OptionalInt> AGREES = new ConcurrentHashMap<>();

  /** Tested numbers of outputs. With more outputs, libraries sum in the same order. */
  private record Widths(int in, int out) {
    static final int MOST_OUTPUTS = 48;

    static Widths of(Tensor weight) {
      return new Widths((int) weight.size(1), (int) Math.min(weight.size(0), Widths.MOST_OUTPUTS));
    }
  }

  private final int in;
  private final int outputs;
  private final MemorySegment panels; // [panels, in, LANES]
  private final float[] bias; // [panels·LANES]
  private final int[] ends; // of the stretches

  /**
   * Copies the weights, which may change afterwards; the copy belongs to the open scope.
   *
   * @param weight [out, in] FLOAT32, on the host
   * @param bias [out]
   */
  public PanelProduct(Tensor weight, Optional<Tensor> bias) {
    this(weight, bias, stretch(weight).orElse(STRETCHES[0]));
  }

  private PanelProduct(Tensor weight, Optional<Tensor> bias, int stretch) {
    this.outputs = (int) weight.size(0);
    this.in = (int) weight.size(1);
    int count = Math.ceilDiv(outputs, LANES);
    this.bias = new float[count * LANES];
    bias.ifPresent(b -> System.arraycopy(b.toFloats(), 0, this.bias, 0, outputs));
    Tensor copy = Tensor.empty(DType.FLOAT32, count, in, LANES);
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Tensor whole = weight;
      if (outputs % LANES != 0) {
        whole = Tensor.zeros(DType.FLOAT32, (long) count * LANES, in);
        whole.narrow(0, 0, outputs).copyInPlace(weight);
      }
      copy.copyInPlace(whole.view(count, LANES, in).transpose(1, 2));
    }
    this.panels = copy.memory();
    this.ends = ends(in, stretch);
  }

  /**
   * Returns whether this class can compute a product with the same bits as libtorch's, if the
   * Vector API is available.
   *
   * @param weight [out, in]
   */
  public static boolean takes(Tensor weight) {
    return Backend.current().hasPanels()
        && weight.dtype() == DType.FLOAT32
        && weight.isOnHost()
        && stretch(weight).isPresent();
  }

  /** Returns the size of the blocks in which the BLAS library sums; empty if neither is true. */
  private static OptionalInt stretch(Tensor weight) {
    return AGREES.computeIfAbsent(
        Widths.of(weight),
        widths -> Arrays.stream(STRETCHES).filter(each -> agrees(widths, each)).findFirst());
  }

  private static boolean agrees(Widths widths, int stretch) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off();
        RandomSource random = new RandomSource(widths.in)) {
      Tensor x = Tensor.randn(random, ROWS, widths.in);
      Tensor weight = Tensor.randn(random, widths.out, widths.in);
      Tensor bias = Tensor.randn(random, widths.out);
      return Arrays.equals(
              product(x, weight, Optional.of(bias), stretch).toFloats(),
              Functional.linear(x, weight, Optional.of(bias)).toFloats())
          && Arrays.equals(
              product(x, weight, Optional.empty(), stretch).toFloats(),
              Functional.linear(x, weight).toFloats());
    }
  }

  /**
   * Computes x·Wᵀ + b on the calling thread.
   *
   * @param x [rows, in] FLOAT32
   * @param weight [out, in] FLOAT32
   * @param bias [out]
   * @return [rows, out]
   */
  static Tensor product(Tensor x, Tensor weight, Optional<Tensor> bias) {
    return product(x, weight, bias, stretch(weight).orElse(STRETCHES[0]));
  }

  private static Tensor product(Tensor x, Tensor weight, Optional<Tensor> bias, int stretch) {
    int rows = (int) x.size(0);
    Tensor out = Tensor.empty(DType.FLOAT32, rows, weight.size(0));
    try (Scope scope = Scope.open()) {
      PanelProduct product = new PanelProduct(weight, bias, stretch);
      float[] packed = new float[product.packedSize(rows)];
      product.pack(x.hostRows(), rows, packed);
      product.multiply(packed, rows, 0, product.outputs, out.hostRows(), /* adds= */ false);
    }
    return out;
  }

  /** Returns the end of each block of inputs. */
  private static int[] ends(int in, int stretch) {
    if (in > stretch && in < 2 * stretch) {
      return new int[] {(in + 1) / 2, in};
    }
    int[] ends = new int[Math.ceilDiv(in, stretch)];
    Arrays.setAll(ends, block -> Math.min(in, (block + 1) * stretch));
    return ends;
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public int mostRows() {
    return MOST_ROWS;
  }

  @Override
  public int packedSize(int rows) {
    return Math.ceilDiv(rows, ROWS) * ROWS * in;
  }

  /**
   * Packs into [rows / ROWS, in, ROWS]. Missing rows are not written; their products are ignored.
   */
  @Override
  public void pack(HostRows x, int rows, float[] packed) {
    MemorySegment memory = x.memory();
    for (int row = 0; row < rows; row++) {
      long from = x.at(row);
      int to = row / ROWS * ROWS * in + row % ROWS;
      for (int i = 0; i < in; i++) {
        packed[to + ROWS * i] = memory.get(FLOAT, from + 4L * i);
      }
    }
  }

  @Override
  public void multiply(float[] packed, int rows, int from, int to, HostRows out, boolean adds) {
    float[] sums = new float[2 * ROWS * LANES];
    float[] stretch = new float[2 * ROWS * LANES];
    for (int panel = from / LANES; panel * LANES < to; panel += 2) {
      boolean alone = (panel + 1) * LANES >= to;
      int next = alone ? panel : panel + 1;
      for (int first = 0; first < rows; first += ROWS) {
        sums(packed, first * in, panel, next, sums, stretch);
        int live = Math.min(ROWS, rows - first);
        put(sums, 0, first, live, panel * LANES, out, adds);
        if (!alone) {
          put(sums, ROWS, first, live, next * LANES, out, adds);
        }
      }
    }
  }

  /** Computes the sums of eight rows and the outputs of two panels. */
  private void sums(float[] x, int at, int panel, int next, float[] sums, float[] stretch) {
    long panel0 = 4L * panel * in * LANES;
    long panel1 = 4L * next * in * LANES;
    for (int r = 0; r < ROWS; r++) {
      System.arraycopy(bias, panel * LANES, sums, r * LANES, LANES);
      System.arraycopy(bias, next * LANES, sums, (ROWS + r) * LANES, LANES);
    }
    for (int s = 0; s < ends.length; s++) {
      int from = s == 0 ? 0 : ends[s - 1];
      if (LANES >= WIDE) {
        eight(x, at, panels, panel0, panel1, from, ends[s], stretch);
      } else {
        four(x, at, panels, panel0, panel1, from, ends[s], stretch, 0);
        four(x, at, panels, panel0, panel1, from, ends[s], stretch, FOUR);
      }
      for (int i = 0; i < sums.length; i++) {
        sums[i] += stretch[i];
      }
    }
  }

  /** Computes the sums of eight rows, which takes 19 of the 32 registers of AVX-512. */
  private static void eight(
      float[] x,
      int row,
      MemorySegment panels,
      long panel0,
      long panel1,
      int from,
      int to,
      float[] sums) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector t2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    FloatVector t3 = FloatVector.zero(SPECIES);
    FloatVector s4 = FloatVector.zero(SPECIES);
    FloatVector t4 = FloatVector.zero(SPECIES);
    FloatVector s5 = FloatVector.zero(SPECIES);
    FloatVector t5 = FloatVector.zero(SPECIES);
    FloatVector s6 = FloatVector.zero(SPECIES);
    FloatVector t6 = FloatVector.zero(SPECIES);
    FloatVector s7 = FloatVector.zero(SPECIES);
    FloatVector t7 = FloatVector.zero(SPECIES);
    for (int i = from; i < to; i++) {
      int at = row + ROWS * i;
      FloatVector v =
          FloatVector.fromMemorySegment(SPECIES, panels, panel0 + 4L * LANES * i, ORDER);
      FloatVector w =
          FloatVector.fromMemorySegment(SPECIES, panels, panel1 + 4L * LANES * i, ORDER);
      FloatVector x0 = FloatVector.broadcast(SPECIES, x[at]);
      s0 = v.fma(x0, s0);
      t0 = w.fma(x0, t0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, x[at + 1]);
      s1 = v.fma(x1, s1);
      t1 = w.fma(x1, t1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, x[at + 2]);
      s2 = v.fma(x2, s2);
      t2 = w.fma(x2, t2);
      FloatVector x3 = FloatVector.broadcast(SPECIES, x[at + 3]);
      s3 = v.fma(x3, s3);
      t3 = w.fma(x3, t3);
      FloatVector x4 = FloatVector.broadcast(SPECIES, x[at + 4]);
      s4 = v.fma(x4, s4);
      t4 = w.fma(x4, t4);
      FloatVector x5 = FloatVector.broadcast(SPECIES, x[at + 5]);
      s5 = v.fma(x5, s5);
      t5 = w.fma(x5, t5);
      FloatVector x6 = FloatVector.broadcast(SPECIES, x[at + 6]);
      s6 = v.fma(x6, s6);
      t6 = w.fma(x6, t6);
      FloatVector x7 = FloatVector.broadcast(SPECIES, x[at + 7]);
      s7 = v.fma(x7, s7);
      t7 = w.fma(x7, t7);
    }
    s0.intoArray(sums, 0);
    s1.intoArray(sums, LANES);
    s2.intoArray(sums, 2 * LANES);
    s3.intoArray(sums, 3 * LANES);
    s4.intoArray(sums, 4 * LANES);
    s5.intoArray(sums, 5 * LANES);
    s6.intoArray(sums, 6 * LANES);
    s7.intoArray(sums, 7 * LANES);
    t0.intoArray(sums, 8 * LANES);
    t1.intoArray(sums, 9 * LANES);
    t2.intoArray(sums, 10 * LANES);
    t3.intoArray(sums, 11 * LANES);
    t4.intoArray(sums, 12 * LANES);
    t5.intoArray(sums, 13 * LANES);
    t6.intoArray(sums, 14 * LANES);
    t7.intoArray(sums, 15 * LANES);
  }

  /** Computes the sums of four of the eight rows, which takes 11 of the 16 registers of AVX2. */
  private static void four(
      float[] x,
      int row,
      MemorySegment panels,
      long panel0,
      long panel1,
      int from,
      int to,
      float[] sums,
      int first) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector t2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    FloatVector t3 = FloatVector.zero(SPECIES);
    for (int i = from; i < to; i++) {
      int at = row + ROWS * i + first;
      FloatVector v =
          FloatVector.fromMemorySegment(SPECIES, panels, panel0 + 4L * LANES * i, ORDER);
      FloatVector w =
          FloatVector.fromMemorySegment(SPECIES, panels, panel1 + 4L * LANES * i, ORDER);
      FloatVector x0 = FloatVector.broadcast(SPECIES, x[at]);
      s0 = v.fma(x0, s0);
      t0 = w.fma(x0, t0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, x[at + 1]);
      s1 = v.fma(x1, s1);
      t1 = w.fma(x1, t1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, x[at + 2]);
      s2 = v.fma(x2, s2);
      t2 = w.fma(x2, t2);
      FloatVector x3 = FloatVector.broadcast(SPECIES, x[at + 3]);
      s3 = v.fma(x3, s3);
      t3 = w.fma(x3, t3);
    }
    s0.intoArray(sums, first * LANES);
    s1.intoArray(sums, (first + 1) * LANES);
    s2.intoArray(sums, (first + 2) * LANES);
    s3.intoArray(sums, (first + 3) * LANES);
    t0.intoArray(sums, (ROWS + first) * LANES);
    t1.intoArray(sums, (ROWS + first + 1) * LANES);
    t2.intoArray(sums, (ROWS + first + 2) * LANES);
    t3.intoArray(sums, (ROWS + first + 3) * LANES);
  }

  private void put(
      float[] sums, int from, int row, int rows, int output, HostRows out, boolean adds) {
    MemorySegment memory = out.memory();
    VectorMask<Float> wanted = SPECIES.indexInRange(output, outputs);
    for (int r = 0; r < rows; r++) {
      FloatVector sum = FloatVector.fromArray(SPECIES, sums, (from + r) * LANES);
      long at = out.at(row + r) + 4L * output;
      if (adds) {
        sum = sum.add(FloatVector.fromMemorySegment(SPECIES, memory, at, ORDER, wanted));
      }
      sum.intoMemorySegment(memory, at, ORDER, wanted);
    }
  }
}

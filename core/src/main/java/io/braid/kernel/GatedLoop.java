package io.braid.kernel;

import io.braid.tensor.DType;
import io.braid.tensor.HostRows;
import io.braid.tensor.OpenMp;
import io.braid.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The forward and backward pass of a gated MLP unit, activation(gate)·up (Shazeer 2020), each as
 * one loop. The reference implementation is the activation of {@code Functional} times up under
 * autograd.
 *
 * <p>Both activations are x·σ(z): SiLU has z = x, and GELU's tanh form has z = 2√(2/π)(x +
 * 0.044715·x³), because (1 + tanh(z/2))/2 = σ(z).
 */
public final class GatedLoop {
  private static final VectorSpecies<Float> SPECIES = Vectors.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final long WORTH_A_THREAD = 20_000; // numbers
  private static final float GELU_LINEAR = (float) (2 * Math.sqrt(2 / Math.PI));
  private static final float GELU_CUBIC = (float) (2 * Math.sqrt(2 / Math.PI) * 0.044715);

  private GatedLoop() {}

  /**
   * Runs the forward pass.
   *
   * @param gateUp [n, 2·units] FLOAT32, in the host's memory: all gates, then all ups
   * @return [n, units]
   */
  public static Tensor forward(Tensor gateUp, Activation activation) {
    int rows = (int) gateUp.size(0);
    int units = (int) gateUp.size(1) / 2;
    Tensor out = Tensor.empty(DType.FLOAT32, rows, units);
    HostRows from = gateUp.hostRows();
    HostRows to = out.hostRows();
    OpenMp.forEach(
        rows,
        (long) rows * units > WORTH_A_THREAD,
        (first, end) -> {
          for (int row = first; row < end; row++) {
            forward(
                from.memory(), from.at(row), to.memory(), to.at(row), units, 0, units, activation);
          }
        });
    return out;
  }

  /**
   * Runs the forward pass for a range of units on the calling thread.
   *
   * @param gateUp [rows, 2·units] FLOAT32: all gates, then all ups
   * @param first index of the first unit, a multiple of the vector length
   * @param end index after the last unit, also a multiple
   * @param out [rows, units]
   */
  public static void forward(
      HostRows gateUp,
      int rows,
      int units,
      int first,
      int end,
      HostRows out,
      Activation activation) {
    for (int row = 0; row < rows; row++) {
      forward(
          gateUp.memory(),
          gateUp.at(row),
          out.memory(),
          out.at(row),
          units,
          first,
          end,
          activation);
    }
  }

  private static void forward(
      MemorySegment gateUp,
      long from,
      MemorySegment out,
      long to,
      int units,
      int first,
      int end,
      Activation activation) {
    switch (activation) {
      case SILU -> silu(gateUp, from, out, to, units, first, end);
      case GELU_TANH -> gelu(gateUp, from, out, to, units, first, end);
    }
  }

  private static void gelu(
      MemorySegment gateUp, long from, MemorySegment out, long to, int units, int first, int end) {
    for (int i = first; i < end; i += LANES) {
      FloatVector gate = FloatVector.fromMemorySegment(SPECIES, gateUp, from + 4L * i, ORDER);
      FloatVector up =
          FloatVector.fromMemorySegment(SPECIES, gateUp, from + 4L * (units + i), ORDER);
      gate.mul(sigmoid(geluArgument(gate))).mul(up).intoMemorySegment(out, to + 4L * i, ORDER);
    }
  }

  /** Computes z = 2√(2/π)(x + 0.044715·x³). */
  private static FloatVector geluArgument(FloatVector x) {
    return x.mul(x).mul(GELU_CUBIC).add(GELU_LINEAR).mul(x);
  }

  private static void silu(
      MemorySegment gateUp, long from, MemorySegment out, long to, int units, int first, int end) {
    for (int i = first; i < end; i += LANES) {
      FloatVector gate = FloatVector.fromMemorySegment(SPECIES, gateUp, from + 4L * i, ORDER);
      FloatVector up =
          FloatVector.fromMemorySegment(SPECIES, gateUp, from + 4L * (units + i), ORDER);
      gate.mul(sigmoid(gate)).mul(up).intoMemorySegment(out, to + 4L * i, ORDER);
    }
  }

  private static FloatVector sigmoid(FloatVector x) {
    return x.broadcast(1f).div(Exponential.of(x.neg()).add(1f));
  }

  /**
   * Runs the backward pass. With σ = σ(z), the gradient with respect to the gate is g·up·σ·(1 +
   * gate·(1 − σ)·z′), and with respect to up it is g·gate·σ.
   *
   * @param gateUp the input of the forward pass, [n, 2·units]
   * @param gradient g, the gradient with respect to the output, [n, units]
   * @return [n, 2·units] gradient with respect to gateUp
   */
  public static Tensor backward(Tensor gateUp, Tensor gradient, Activation activation) {
    int rows = (int) gateUp.size(0);
    int units = (int) gateUp.size(1) / 2;
    Tensor out = Tensor.empty(DType.FLOAT32, rows, 2L * units);
    HostRows from = gateUp.hostRows();
    HostRows g = gradient.hostRows();
    HostRows to = out.hostRows();
    OpenMp.forEach(
        rows,
        (long) rows * units > WORTH_A_THREAD,
        (first, end) -> {
          for (int row = first; row < end; row++) {
            backward(
                from.memory(),
                from.at(row),
                g.memory(),
                g.at(row),
                to.memory(),
                to.at(row),
                units,
                activation);
          }
        });
    return out;
  }

  private static void backward(
      MemorySegment gateUp,
      long from,
      MemorySegment gradient,
      long gAt,
      MemorySegment out,
      long to,
      int units,
      Activation activation) {
    switch (activation) {
      case SILU -> backThroughSilu(gateUp, from, gradient, gAt, out, to, units);
      case GELU_TANH -> backThroughGelu(gateUp, from, gradient, gAt, out, to, units);
    }
  }

  private static void backThroughGelu(
      MemorySegment gateUp,
      long from,
      MemorySegment gradient,
      long gAt,
      MemorySegment out,
      long to,
      int units) {
    for (int i = 0; i < units; i += LANES) {
      FloatVector gate = FloatVector.fromMemorySegment(SPECIES, gateUp, from + 4L * i, ORDER);
      FloatVector up =
          FloatVector.fromMemorySegment(SPECIES, gateUp, from + 4L * (units + i), ORDER);
      FloatVector g = FloatVector.fromMemorySegment(SPECIES, gradient, gAt + 4L * i, ORDER);
      FloatVector sigma = sigmoid(geluArgument(gate));
      FloatVector gelu = gate.mul(sigma);
      FloatVector argumentSlope = gate.mul(gate).mul(3 * GELU_CUBIC).add(GELU_LINEAR);
      FloatVector slope = sigma.add(gelu.mul(sigma.neg().add(1f)).mul(argumentSlope));
      g.mul(up).mul(slope).intoMemorySegment(out, to + 4L * i, ORDER);
      g.mul(gelu).intoMemorySegment(out, to + 4L * (units + i), ORDER);
    }
  }

  private static void backThroughSilu(
      MemorySegment gateUp,
      long from,
      MemorySegment gradient,
      long gAt,
      MemorySegment out,
      long to,
      int units) {
    for (int i = 0; i < units; i += LANES) {
      FloatVector gate = FloatVector.fromMemorySegment(SPECIES, gateUp, from + 4L * i, ORDER);
      FloatVector up =
          FloatVector.fromMemorySegment(SPECIES, gateUp, from + 4L * (units + i), ORDER);
      FloatVector g = FloatVector.fromMemorySegment(SPECIES, gradient, gAt + 4L * i, ORDER);
      FloatVector sigma = sigmoid(gate);
      FloatVector silu = gate.mul(sigma);
      FloatVector slope = sigma.add(silu.mul(sigma.neg().add(1f)));
      g.mul(up).mul(slope).intoMemorySegment(out, to + 4L * i, ORDER);
      g.mul(silu).intoMemorySegment(out, to + 4L * (units + i), ORDER);
    }
  }
}

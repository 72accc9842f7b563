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
 * The forward and backward pass of a gated MLP unit, silu(gate)·up (Shazeer 2020), each as one
 * loop. The reference implementation is {@code Functional.silu} times up under autograd.
 */
public final class GatedLoop {
  private static final VectorSpecies<Float> SPECIES = Vectors.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final long WORTH_A_THREAD = 20_000; // numbers

  private GatedLoop() {}

  /**
   * The forward pass.
   *
   * @param gateUp [n, 2·units] FLOAT32, in the host's memory: all gates, then all ups
   * @return [n, units]
   */
  public static Tensor forward(Tensor gateUp) {
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
            forward(from.memory(), from.at(row), to.memory(), to.at(row), units, 0, units);
          }
        });
    return out;
  }

  /**
   * The forward pass of some units, on the calling thread.
   *
   * @param gateUp [rows, 2·units] FLOAT32: all gates, then all ups
   * @param first the first unit, a multiple of the machine's lanes
   * @param end one more than the last; a multiple as well
   * @param out [rows, units]
   */
  public static void forward(
      HostRows gateUp, int rows, int units, int first, int end, HostRows out) {
    for (int row = 0; row < rows; row++) {
      forward(gateUp.memory(), gateUp.at(row), out.memory(), out.at(row), units, first, end);
    }
  }

  private static void forward(
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
   * The backward pass. With σ = σ(gate), the gradient with respect to the gate is g·up·σ·(1 +
   * gate·(1 − σ)), and with respect to up it is g·gate·σ.
   *
   * @param gateUp the input of the forward pass, [n, 2·units]
   * @param gradient g with respect to the output, [n, units]
   * @return [n, 2·units], the gradient with respect to gateUp
   */
  public static Tensor backward(Tensor gateUp, Tensor gradient) {
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
                from.memory(), from.at(row), g.memory(), g.at(row), to.memory(), to.at(row), units);
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

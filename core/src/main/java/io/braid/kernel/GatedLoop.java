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
 * The gated unit of an MLP, silu(gate)·up (Shazeer 2020), there and back, each in one loop. The
 * plain reference is {@code Functional.silu} times up and its recorded way back.
 */
public final class GatedLoop {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final long WORTH_A_THREAD = 20_000; // numbers

  private GatedLoop() {}

  /** Whether so many units can be computed here. */
  public static boolean takes(long units) {
    return units % LANES == 0;
  }

  /**
   * The way there.
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
   * The way there of some units, on this thread.
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
   * The way back: at the gate g·up·σ·(1 + gate·(1 − σ)), at the up g·gate·σ, with σ = σ(gate).
   *
   * @param gateUp what came in, [n, 2·units]
   * @param gradient g, [n, units]
   * @return [n, 2·units], at gateUp
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

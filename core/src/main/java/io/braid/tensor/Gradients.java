package io.braid.tensor;

import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.NoGradGuard;

/** The gradient mode of a thread: whether its operations are recorded for a backward pass. */
public final class Gradients implements AutoCloseable {
  static {
    Engine.start();
  }

  private final List<Pointer> guards; // the last was set last

  /**
   * A scope may also own the guard, but the mode ends when this object is closed, not with the
   * scope.
   */
  private Gradients(Pointer... guards) {
    this.guards = List.of(guards);
    this.guards.forEach(Pointer::retainReference);
  }

  /**
   * Turns recording off until this object is closed; tensors created meanwhile may be used in a
   * recorded computation later.
   */
  public static Gradients off() {
    return new Gradients(new NoGradGuard());
  }

  /**
   * Turns recording and version counters off until this object is closed, which is the cheapest
   * mode. Tensors created in this mode can never be part of a recorded computation.
   */
  public static Gradients inference() {
    return new Gradients(new InferenceMode(true));
  }

  /**
   * Turns recording off as {@link #off} does, and {@link #inference} too if it is on: tensors that
   * are created meanwhile outlive that mode and may be used in a recorded computation later.
   */
  public static Gradients offAndReusable() {
    return new Gradients(new InferenceMode(false), new NoGradGuard());
  }

  /** Returns whether this thread's operations are being recorded. */
  public static boolean recorded() {
    return GradMode.is_enabled();
  }

  @Override
  public void close() {
    guards.reversed().forEach(Pointer::deallocate);
  }
}

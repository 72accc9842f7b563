package io.braid.tensor;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.NoGradGuard;

/** The gradient mode of a thread: whether its operations are recorded for a backward pass. */
public final class Gradients implements AutoCloseable {
  static {
    Engine.start();
  }

  private final Pointer guard;

  /**
   * A scope may also own the guard, but the mode ends when this object is closed, not with the
   * scope.
   */
  private Gradients(Pointer guard) {
    guard.retainReference();
    this.guard = guard;
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

  /** Returns whether this thread's operations are being recorded. */
  public static boolean recorded() {
    return GradMode.is_enabled();
  }

  @Override
  public void close() {
    guard.deallocate();
  }
}

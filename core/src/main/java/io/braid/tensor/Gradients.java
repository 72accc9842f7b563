package io.braid.tensor;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.NoGradGuard;

/** Whether operations of this thread are recorded for a backward pass. */
public final class Gradients implements AutoCloseable {
  static {
    Engine.start();
  }

  private final Pointer guard;

  /**
   * A scope may hold the guard as well, but the mode ends when this is closed, not with the scope.
   */
  private Gradients(Pointer guard) {
    guard.retainReference();
    this.guard = guard;
  }

  /** Records nothing until closed; what is made may be used in a recorded computation later. */
  public static Gradients off() {
    return new Gradients(new NoGradGuard());
  }

  /**
   * Records nothing and keeps no version counters until closed: the cheapest mode. What is made in
   * it can never take part in a recorded computation.
   */
  public static Gradients inference() {
    return new Gradients(new InferenceMode(true));
  }

  /** Whether this thread's operations are recorded now. */
  public static boolean recorded() {
    return GradMode.is_enabled();
  }

  @Override
  public void close() {
    guard.deallocate();
  }
}

package io.braid.tensor;

import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.NoGradGuard;

/** Whether operations of this thread are recorded for a backward pass. */
public final class Gradients implements AutoCloseable {
  private final AutoCloseable guard;

  private Gradients(AutoCloseable guard) {
    this.guard = guard;
  }

  /** Records nothing until closed; what is made may be used in a recorded computation later. */
  public static Gradients off() {
    NoGradGuard guard = new NoGradGuard();
    guard.retainReference(); // a scope that closes first must not end it
    return new Gradients(guard::close);
  }

  /**
   * Records nothing and keeps no version counters until closed: the cheapest mode. What is made in
   * it can never take part in a recorded computation.
   */
  public static Gradients inference() {
    InferenceMode guard = new InferenceMode(true);
    guard.retainReference();
    return new Gradients(guard::close);
  }

  @Override
  public void close() {
    try {
      guard.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}

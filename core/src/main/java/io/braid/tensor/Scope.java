package io.braid.tensor;

import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * The lifetime of the tensors created while it is open, on the thread that opened it.
 *
 * <p>Closing it frees their native memory at once. Scopes nest; a tensor belongs to the innermost
 * one. Without an open scope, a tensor exists until {@link Tensor#close()}.
 *
 * <pre>{@code
 * try (Scope step = Scope.open()) {
 *   Tensor loss = forward(batch);
 *   loss.backward();
 * }                                  // everything but parameters and their gradients is gone
 * }</pre>
 */
public final class Scope implements AutoCloseable {
  static {
    Engine.start();
  }

  private final @Nullable PointerScope enclosing = PointerScope.getInnerScope();
  private final PointerScope scope = new PointerScope();

  private Scope() {}

  /** Opens a scope inside the thread's current one. */
  public static Scope open() {
    return new Scope();
  }

  /**
   * Lets a tensor outlive this scope: it then belongs to the enclosing scope or, without one, to
   * the caller, who must close it.
   *
   * @return the same tensor
   */
  public Tensor keep(Tensor tensor) {
    if (enclosing == null) {
      return tensor.owned();
    }
    enclosing.attach(tensor.raw);
    return tensor;
  }

  @Override
  public void close() {
    scope.close();
  }
}

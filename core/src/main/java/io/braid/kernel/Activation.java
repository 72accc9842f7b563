package io.braid.kernel;

import java.util.List;

/** The activation functions of gated units. */
public enum Activation {
  /** x·σ(x). */
  SILU("silu", "swish"),
  /** x·Φ(x) with Φ(x) ≈ σ(2√(2/π)(x + 0.044715·x³)) (Hendrycks and Gimpel 2016). */
  GELU_TANH("gelu_pytorch_tanh");

  private final List<String> names;

  Activation(String... names) {
    this.names = List.of(names);
  }

  /** Returns the names in {@code transformers}, the usual one first. */
  public List<String> names() {
    return names;
  }
}

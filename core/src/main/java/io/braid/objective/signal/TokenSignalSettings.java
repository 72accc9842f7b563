package io.braid.objective.signal;

import io.braid.Choices;

/**
 * The settings of a token signal, an entry of {@code rewards.signals} in a recipe. Implementations
 * are records whose components are the recipe's settings.
 */
@Choices({})
public interface TokenSignalSettings {
  /** Creates the signal in its initial state. The caller closes it. */
  TokenSignal create();
}

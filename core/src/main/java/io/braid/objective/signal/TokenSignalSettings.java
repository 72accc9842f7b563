package io.braid.objective.signal;

import io.braid.Choices;

/**
 * A token signal and its settings, as a recipe states them under {@code rewards.signals}.
 * Implementations are records whose components are the recipe's settings.
 */
@Choices({})
public interface TokenSignalSettings {
  /** Creates the signal at its beginning. The caller closes it. */
  TokenSignal create();
}

package io.braid;

import io.braid.tensor.Engine;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets operators use one thread in all tests. Their tensors are too small for more, and on a busy
 * machine threads that wait for each other by spinning take a hundred times as long.
 */
public final class OneThread implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) {
    Engine.setThreads(1);
  }
}

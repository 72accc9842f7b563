package io.braid;

import io.braid.tensor.Engine;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Limits operators to one thread in all tests. The tests' tensors are too small for several
 * threads, which on a busy machine take a hundred times as long because they wait for each other by
 * spinning.
 */
public final class OneThread implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) {
    Engine.setThreads(1);
  }
}

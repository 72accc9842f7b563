package io.braid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.braid.UserError;
import java.nio.file.Path;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Assertions about error messages. */
final class Refusals {
  private Refusals() {}

  /**
   * Runs an action that must fail with a one-line error naming the file, and returns the rest of
   * the message.
   */
  static AbstractStringAssert<?> refusal(Path file, ThrowingCallable action) {
    Throwable thrown = catchThrowable(action);
    assertThat(thrown).isInstanceOf(UserError.class);
    String message = String.valueOf(thrown.getMessage());
    assertThat(message).startsWith(file.toString()).doesNotContain("\n");
    return assertThat(message.substring(file.toString().length()));
  }
}

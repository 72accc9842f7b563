package io.braid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.braid.UserError;
import java.nio.file.Path;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a user is told. */
final class Refusals {
  private Refusals() {}

  /** The one line that an action is refused with, which begins with the file at fault. */
  static AbstractStringAssert<?> refusal(Path file, ThrowingCallable action) {
    Throwable thrown = catchThrowable(action);
    assertThat(thrown).isInstanceOf(UserError.class);
    String message = String.valueOf(thrown.getMessage());
    assertThat(message).startsWith(file.toString()).doesNotContain("\n");
    return assertThat(message.substring(file.toString().length()));
  }
}

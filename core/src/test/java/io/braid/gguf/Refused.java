package io.braid.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.braid.UserError;
import java.nio.file.Path;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Assertions about refusals. */
final class Refused {
  private Refused() {}

  /** Runs an action that must fail with one line that begins with the path; returns the rest. */
  static AbstractStringAssert<?> of(Path path, ThrowingCallable action) {
    Throwable thrown = catchThrowable(action);
    assertThat(thrown).isInstanceOf(UserError.class);
    String message = String.valueOf(thrown.getMessage());
    assertThat(message).startsWith(path + ": ").doesNotContain("\n");
    return assertThat(message.substring(path.toString().length() + 2));
  }
}

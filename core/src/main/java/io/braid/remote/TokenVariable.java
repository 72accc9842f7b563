package io.braid.remote;

import io.braid.SettingError;
import io.braid.UserError;
import java.util.Optional;

/** Reads tokens from environment variables, so that no recipe, command or record contains one. */
public final class TokenVariable {
  private TokenVariable() {}

  /**
   * Returns the token from an environment variable.
   *
   * @param name the variable's name; if empty, there is no token
   * @throws UserError if there is no such variable
   */
  public static Optional<String> read(Optional<String> name) {
    return name.map(variable ->
        Optional.ofNullable(System.getenv(variable))
            .filter(value -> !value.isBlank())
            .map(String::strip)
            .orElseThrow(() ->
                new SettingError(
                    "token_env",
                    "the environment variable '%s' is empty or not set; export it, or name another"
                        .formatted(variable))));
  }
}

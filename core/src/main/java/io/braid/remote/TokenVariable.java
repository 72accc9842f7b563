package io.braid.remote;

import io.braid.SettingError;
import io.braid.UserError;
import java.util.Optional;

/** Tokens come from environment variables, so that no recipe, command or record holds one. */
public final class TokenVariable {
  private TokenVariable() {}

  /**
   * The token that a variable holds.
   *
   * @param name the variable's name; no token when empty
   * @throws UserError when there is no such variable
   */
  public static Optional<String> read(Optional<String> name) {
    return name.map(variable ->
        Optional.ofNullable(System.getenv(variable))
            .filter(value -> !value.isBlank())
            .map(String::strip)
            .orElseThrow(() ->
                new SettingError(
                    "token_env",
                    "the environment variable '%s' is not set or empty; export it, or name another"
                        .formatted(variable))));
  }
}

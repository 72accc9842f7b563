package io.braid.verify.guard;

import java.util.Optional;

/** Trips on responses that were truncated at a limit. */
public record Unfinished() implements Guard {
  @Override
  public Optional<String> complaint(String response, boolean finished) {
    return finished ? Optional.empty() : Optional.of("did not end");
  }
}

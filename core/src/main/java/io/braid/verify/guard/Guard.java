package io.braid.verify.guard;

import java.util.Optional;

/** What a response must not be. The work grows little faster than the response's length. */
public sealed interface Guard
    permits Boxes, Garbling, Length, RepeatedWords, Repetition, Unfinished {
  /**
   * Why the guard trips, in a few words; empty when it does not.
   *
   * @param response what a model wrote
   * @param finished whether it ended by itself, and not at a limit
   */
  Optional<String> complaint(String response, boolean finished);
}

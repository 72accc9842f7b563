package io.braid.verify.guard;

import java.util.Optional;

/** Checks a response's surface, in at most n log n time for a response of length n. */
public sealed interface Guard
    permits Boxes, Garbling, Length, RepeatedWords, Repetition, Unfinished {
  /**
   * Returns why the guard trips, in a few words, or nothing if it does not trip.
   *
   * @param response the model's text
   * @param finished whether the model ended the response, rather than a limit cutting it off
   */
  Optional<String> complaint(String response, boolean finished);
}

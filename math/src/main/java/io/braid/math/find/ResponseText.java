package io.braid.math.find;

import java.util.Optional;

/** Selects the part of a response that verifiers read. */
public final class ResponseText {
  /** Number of characters read at the end of a response; answers come last. */
  private static final int LONGEST = 16_384;

  private ResponseText() {}

  /** Returns the last 16,384 characters of a response. */
  public static String end(String response) {
    return response.length() <= LONGEST
        ? response
        : response.substring(response.length() - LONGEST);
  }

  /** Returns the last tagged answer, otherwise the last boxed answer. */
  public static Optional<String> marked(String response) {
    String end = end(response);
    return FinalAnswer.tagged(end).or(() -> FinalAnswer.boxed(end));
  }

  /**
   * Returns the last tagged answer, otherwise the last boxed answer, otherwise the whole response.
   */
  public static String answer(String response) {
    return marked(response).orElse(response);
  }
}

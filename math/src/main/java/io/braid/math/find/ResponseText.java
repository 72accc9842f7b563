package io.braid.math.find;

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

  /**
   * Returns the last tagged answer, otherwise the last boxed answer, otherwise the whole response.
   */
  public static String answer(String response) {
    String end = end(response);
    return FinalAnswer.tagged(end).or(() -> FinalAnswer.boxed(end)).orElse(response);
  }
}

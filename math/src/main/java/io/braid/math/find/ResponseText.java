package io.braid.math.find;

/** The part of a response that is looked at. */
public final class ResponseText {
  /** Answers come last, so that a long response is judged by its end. */
  private static final int LONGEST = 16_384;

  private ResponseText() {}

  /** The end of a response, all of a short one. */
  public static String end(String response) {
    return response.length() <= LONGEST
        ? response
        : response.substring(response.length() - LONGEST);
  }

  /** What is marked as the answer, by tags or else by a box, or else the whole response. */
  public static String answer(String response) {
    String end = end(response);
    return FinalAnswer.tagged(end).or(() -> FinalAnswer.boxed(end)).orElse(response);
  }
}

package io.braid.eval.suite;

/**
 * How a suite is asked when nothing else is said.
 *
 * @param chat the prompt format for a model with a chat template, and for services
 * @param plain the prompt format for a model without one
 * @param samples responses to each problem
 * @param temperature 0 takes the likeliest token
 * @param topP the share of probability that is kept
 */
public record Asking(String chat, String plain, int samples, double temperature, double topP) {
  /** Responses end after so many tokens, or where the model's context does. */
  public static final int MOST_TOKENS = 8192;

  /** FlowRL's evaluation of mathematics: 16 samples, temperature 0.6, top-p 0.95. */
  static final Asking MATH = new Asking("chat_box", "box", 16, 0.6, 0.95);

  /** FlowRL's evaluation of code, sampled as its mathematics is. */
  static final Asking CODE = new Asking("chat_code", "code", 16, 0.6, 0.95);

  /**
   * This with so many samples: where the likeliest tokens are usual and there are several, at the
   * temperature of {@link #MATH}, for they would all be the same.
   */
  public Asking sampled(int count) {
    return count > 1 && temperature == 0
        ? new Asking(chat, plain, count, MATH.temperature, MATH.topP)
        : new Asking(chat, plain, count, temperature, topP);
  }

  /** This once, by the likeliest tokens. */
  public Asking greedy() {
    return new Asking(chat, plain, 1, 0, 1);
  }
}

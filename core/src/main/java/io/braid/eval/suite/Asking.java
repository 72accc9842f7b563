package io.braid.eval.suite;

/**
 * Default settings for prompting with a suite's problems.
 *
 * @param chat prompt format for services and for models with a chat template
 * @param plain prompt format for models without a chat template
 * @param samples number of responses per problem
 * @param temperature sampling temperature; 0 decodes greedily
 * @param topP probability mass that nucleus sampling keeps
 */
public record Asking(String chat, String plain, int samples, double temperature, double topP) {
  /** Highest number of tokens of a response; a shorter model context limits it further. */
  public static final int MOST_TOKENS = 8192;

  /** Settings of FlowRL's evaluation of mathematics: 16 samples, temperature 0.6, top-p 0.95. */
  static final Asking MATH = new Asking("chat_box", "box", 16, 0.6, 0.95);

  /** Settings of FlowRL's evaluation of code, with the same sampling. */
  static final Asking CODE = new Asking("chat_code", "code", 16, 0.6, 0.95);

  /**
   * Returns these settings with a different number of samples. Several greedy samples would all be
   * equal, so they use the temperature and top-p of {@link #MATH} instead.
   */
  public Asking sampled(int count) {
    return count > 1 && temperature == 0
        ? new Asking(chat, plain, count, MATH.temperature, MATH.topP)
        : new Asking(chat, plain, count, temperature, topP);
  }

  /** Returns these settings with one greedily decoded sample. */
  public Asking greedy() {
    return new Asking(chat, plain, 1, 0, 1);
  }
}

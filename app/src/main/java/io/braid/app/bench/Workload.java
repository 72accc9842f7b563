package io.braid.app.bench;

import io.braid.model.ModelConfig;
import io.braid.rollout.Prompt;
import io.braid.trajectory.Sequence;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The input for the benchmarks. The peers under {@code bench/peers} use the same input, so it is
 * computed with formulas that need no random numbers.
 *
 * @param config the model's shape
 */
public record Workload(ModelConfig config) {
  /** Length of the longest prompt of {@link #prompts}, in tokens. */
  public static final int LONGEST_PROMPT = 32;

  private static final int TRAINED_PROMPT = 16;
  private static final double GOLDEN = 0.6180339887;

  /**
   * Returns the stop tokens: the first hundredth of the vocabulary, at least one token. A random
   * model samples one of them about once in a hundred tokens, so that responses have different
   * lengths.
   */
  public List<Long> stopIds() {
    return LongStream.range(0, stops()).boxed().toList();
  }

  private int stops() {
    return Math.max(1, config.vocabSize() / 100);
  }

  /** Returns prompts of 8 to 32 tokens without stop tokens. */
  public List<Prompt> prompts(int count) {
    return IntStream.range(0, count)
        .mapToObj(p -> new Prompt("bench:" + p, ids(p, 0, 8 + 7 * p % 25)))
        .toList();
  }

  /**
   * Returns training sequences: prompts of 16 tokens with responses of very different lengths.
   *
   * @param longest maximum length of a response, in tokens
   */
  public List<Sequence> sequences(int count, int longest) {
    return IntStream.range(0, count)
        .mapToObj(i ->
            new Sequence(
                ids(i, 0, TRAINED_PROMPT), ids(i, TRAINED_PROMPT, responseLength(i, longest))))
        .toList();
  }

  /** Returns the length 1 + ⌊longest · frac(i·φ)²⌋ of a response: most are short, few are long. */
  private static int responseLength(int i, int longest) {
    double share = i * GOLDEN % 1;
    return 1 + (int) (longest * (share * share));
  }

  /** Returns the tokens of sequence {@code p}, beginning with token number {@code from}. */
  private long[] ids(int p, int from, int count) {
    return LongStream.range(from, (long) from + count)
        .map(t -> ((p * 31L + t) * 7919L + 13) % config.vocabSize())
        .map(id -> id < stops() ? id + stops() : id)
        .toArray();
  }
}

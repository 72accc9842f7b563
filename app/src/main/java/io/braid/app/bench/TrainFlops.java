package io.braid.app.bench;

import io.braid.model.ModelConfig;
import io.braid.trajectory.Sequence;
import java.util.List;

/**
 * Counts the floating-point operations that a training step needs, independently of the
 * implementation:
 *
 * <pre>
 *   6 · (M · N + V · h · n) + 6 · L · H · d · Σ T·(T + 1)
 * </pre>
 *
 * <p>A multiplication and an addition count as two operations; the backward pass multiplies twice
 * as often as the forward pass, hence 6 for each weight and token. M is the number of weights in
 * the layers' matrices, and N is the total number of tokens. The vocabulary's matrix (V × h)
 * multiplies only the n response tokens; looking up tokens in it is not a multiplication. Attention
 * multiplies queries with keys and weights with values: over L layers and H heads of width d, a
 * sequence of T tokens has T·(T + 1)/2 pairs, each with 2·2·d operations in the forward pass and
 * three times as many in total. Norms, activations, biases, the softmax and the optimizer are not
 * counted, and neither are recomputations that save memory.
 */
public final class TrainFlops {
  private static final double FORWARD_AND_BACKWARD = 6;

  private TrainFlops() {}

  /** Returns the number of operations of a step on these sequences. */
  public static double of(ModelConfig config, List<Sequence> sequences) {
    double tokens = 0;
    double responseTokens = 0;
    double pairs = 0; // twice the pairs of tokens that see each other
    for (Sequence sequence : sequences) {
      double length = sequence.length();
      tokens += length;
      responseTokens += sequence.response().length;
      pairs += length * (length + 1);
    }
    double head = (double) config.vocabSize() * config.hiddenSize();
    double width = (double) config.heads() * config.headDim();
    return FORWARD_AND_BACKWARD
        * (config.architecture().matrixNumbers() * tokens
            + head * responseTokens
            + config.layers() * width * pairs);
  }
}

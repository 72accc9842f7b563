package io.braid.rollout;

import io.braid.SettingError;
import io.braid.kernel.CategoricalLoop;
import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Arrays;

/** Samples one token for each row of logits. */
final class TokenSampler {
  /** Maximum of rows times vocabulary for one call. */
  private static final long NUMBERS_AT_ONCE = 1 << 20;

  private final SamplingSettings settings;

  TokenSampler(SamplingSettings settings) {
    this.settings = settings;
  }

  /**
   * The sampled token for each row and its log-probability.
   *
   * @param ids sampled token ids
   * @param logProbs log-probabilities of the tokens
   * @param entropies entropy of the distribution that each token was sampled from, in nats; NaN
   *     unless Braid's loop sampled it
   */
  record SampledTokens(long[] ids, float[] logProbs, float[] entropies) {}

  /**
   * Samples each row's next token. With a large vocabulary, a few rows are sampled at a time,
   * because cumulative probabilities need four times the memory of the logits.
   *
   * @param logits [rows, vocab], FLOAT32
   * @param uniforms a number in [0, 1) for each row
   * @param positions number of tokens that each row's response has
   */
  SampledTokens sample(Tensor logits, double[] uniforms, int[] positions) {
    int rows = uniforms.length;
    int portion = (int) Math.max(1, Math.min(rows, NUMBERS_AT_ONCE / logits.size(1)));
    long[] ids = new long[rows];
    float[] logProbs = new float[rows];
    float[] entropies = new float[rows];
    for (int from = 0; from < rows; from += portion) {
      int count = Math.min(portion, rows - from);
      try (Scope scope = Scope.open()) {
        SampledTokens sampled =
            sampleRows(
                logits.narrow(0, from, count),
                Arrays.copyOfRange(uniforms, from, from + count),
                Arrays.copyOfRange(positions, from, from + count));
        System.arraycopy(sampled.ids, 0, ids, from, count);
        System.arraycopy(sampled.logProbs, 0, logProbs, from, count);
        System.arraycopy(sampled.entropies, 0, entropies, from, count);
      }
    }
    return new SampledTokens(ids, logProbs, entropies);
  }

  private SampledTokens sampleRows(Tensor logits, double[] uniforms, int[] positions) {
    Tensor allowed = withoutEarlyStops(logits, positions);
    if (settings.temperature() == 0) {
      Tensor ids = allowed.argmax();
      Tensor logProbs = logProbs(allowed.logSoftmax(), ids);
      require(logProbs.isFinite());
      return new SampledTokens(ids.toLongs(), logProbs.toFloats(), unknown(uniforms.length));
    }
    Tensor scaled = settings.temperature() == 1 ? allowed : allowed.div(settings.temperature());
    Tensor logProbs = filtered(scaled).logSoftmax(); // [rows, vocab]
    return Backend.current().hasVectors() && logProbs.isOnHost()
        ? sampleByLoop(logProbs, uniforms)
        : samplePlainly(logProbs, uniforms);
  }

  private static SampledTokens sampleByLoop(Tensor logProbs, double[] uniforms) {
    int rows = uniforms.length;
    SampledTokens sampled = new SampledTokens(new long[rows], new float[rows], new float[rows]);
    CategoricalLoop.sample(logProbs, uniforms, sampled.ids, sampled.logProbs, sampled.entropies);
    require(Arrays.stream(sampled.ids).noneMatch(id -> id < 0));
    return sampled;
  }

  /** Samples with libtorch's operators, as a reference for {@link CategoricalLoop}. */
  static SampledTokens samplePlainly(Tensor logProbs, double[] uniforms) {
    Tensor cumulative = logProbs.exp().to(DType.FLOAT64).cumsum(-1);
    Tensor total = cumulative.narrow(1, cumulative.size(1) - 1, 1); // [rows, 1]
    require(total.isFinite());
    Tensor wanted = Tensor.of(uniforms, uniforms.length, 1).times(total);
    // With u < 1 in 52 bits, u·total is below total, and a token of probability 0 is never "first".
    Tensor ids = cumulative.searchSortedRight(wanted).squeeze(1);
    return new SampledTokens(
        ids.toLongs(), logProbs(logProbs, ids).toFloats(), unknown(uniforms.length));
  }

  /**
   * Rejects rows that are not a distribution, because the model has diverged or the settings leave
   * no token.
   */
  private static void require(boolean finite) {
    if (!finite) {
      throw new SettingError(
          "rollout",
          "no token can be sampled, because the model's logits are not finite (it has diverged:"
              + " lower the learning rate), temperature is almost 0 (set it to 0), or all tokens"
              + " are stop tokens before min_new_tokens");
    }
  }

  private static Tensor logProbs(Tensor logProbs, Tensor ids) {
    return logProbs.gather(1, ids.unsqueeze(1)).squeeze(1);
  }

  private static float[] unknown(int rows) {
    float[] entropies = new float[rows];
    Arrays.fill(entropies, Float.NaN);
    return entropies;
  }

  /** Forbids stop tokens in responses that are still too short. */
  private Tensor withoutEarlyStops(Tensor logits, int[] positions) {
    boolean[] early = new boolean[positions.length];
    boolean any = false;
    for (int r = 0; r < early.length; r++) {
      early[r] = positions[r] < settings.minNewTokens();
      any |= early[r];
    }
    if (!any || settings.stopIds().isEmpty()) {
      return logits;
    }
    boolean[] stops = new boolean[(int) logits.size(1)];
    for (long id : settings.stopIds()) {
      stops[(int) id] = true;
    }
    Tensor forbidden = Tensor.of(early, early.length, 1).and(Tensor.of(stops, stops.length));
    return logits.maskedFill(forbidden, Double.NEGATIVE_INFINITY);
  }

  private Tensor filtered(Tensor logits) {
    Tensor kept = logits;
    if (settings.topK() > 0 && settings.topK() < logits.size(1)) {
      Tensor smallest =
          logits.topk(settings.topK()).values().narrow(1, settings.topK() - 1L, 1); // [rows, 1]
      kept = kept.maskedFill(kept.lt(smallest), Double.NEGATIVE_INFINITY);
    }
    if (settings.topP() < 1) {
      Tensor.Ranked ranked = kept.sortDescending();
      Tensor probabilities = ranked.values().softmax();
      // A token is kept if the tokens before it have less than top-p, so the most likely one always
      // is.
      Tensor before = probabilities.cumsum(-1).minus(probabilities);
      Tensor cut = before.lt(settings.topP()).not();
      Tensor cutInPlace =
          cut.to(DType.FLOAT32).scatter(1, ranked.indices(), cut.to(DType.FLOAT32)).eq(1);
      kept = kept.maskedFill(cutInPlace, Double.NEGATIVE_INFINITY);
    }
    return kept;
  }
}

package io.braid.rollout;

import io.braid.UserError;
import io.braid.tensor.DType;
import io.braid.tensor.Tensor;

/** Draws one token for each row of logits. */
final class TokenSampler {
  private final SamplingSettings settings;

  TokenSampler(SamplingSettings settings) {
    this.settings = settings;
  }

  /**
   * Tokens and what they cost.
   *
   * @param ids [rows], INT64
   * @param logProbs [rows], FLOAT32
   */
  record Drawn(Tensor ids, Tensor logProbs) {}

  /**
   * Draws.
   *
   * @param logits [rows, vocab], FLOAT32
   * @param uniforms for each row a number in [0, 1)
   * @param position how many tokens the rows have
   */
  Drawn draw(Tensor logits, double[] uniforms, int position) {
    Tensor allowed = position < settings.minNewTokens() ? withoutStops(logits) : logits;
    if (settings.temperature() == 0) {
      Tensor ids = allowed.argmax();
      Tensor logProbs = logProbs(allowed.logSoftmax(), ids);
      requireFinite(logProbs);
      return new Drawn(ids, logProbs);
    }
    Tensor scaled = settings.temperature() == 1 ? allowed : allowed.over(settings.temperature());
    Tensor logProbs = filtered(scaled).logSoftmax(); // [rows, vocab]
    Tensor cumulative = logProbs.exp().to(DType.FLOAT64).cumsum(-1);
    Tensor total = cumulative.narrow(1, cumulative.size(1) - 1, 1); // [rows, 1]
    requireFinite(total);
    Tensor wanted = Tensor.of(uniforms, uniforms.length, 1).times(total);
    // u < 1 in 52 bits leaves u·total below total, and a token of probability 0 is never "first".
    Tensor ids = cumulative.searchSortedRight(wanted).squeeze(1);
    return new Drawn(ids, logProbs(logProbs, ids));
  }

  /**
   * A model that has diverged, or settings that leave no token, give no distribution to draw from.
   */
  private static void requireFinite(Tensor perRow) {
    if (!perRow.isFinite()) {
      throw new UserError(
          "rollout: there is no token to draw, because the model's scores are not finite numbers (it has diverged: lower the learning rate), temperature is next to 0 (set it to 0), or all tokens are stops before min_new_tokens");
    }
  }

  private static Tensor logProbs(Tensor logProbs, Tensor ids) {
    return logProbs.gather(1, ids.unsqueeze(1)).squeeze(1);
  }

  private Tensor withoutStops(Tensor logits) {
    if (settings.stopIds().isEmpty()) {
      return logits;
    }
    boolean[] stops = new boolean[(int) logits.size(1)];
    for (long id : settings.stopIds()) {
      stops[(int) id] = true;
    }
    return logits.maskedFill(Tensor.of(stops, stops.length), Double.NEGATIVE_INFINITY);
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
      // A token stays while those before it have less than top-p: the likeliest always does.
      Tensor before = probabilities.cumsum(-1).minus(probabilities);
      Tensor cut = before.lt(settings.topP()).not();
      Tensor cutInPlace =
          cut.to(DType.FLOAT32).scatter(1, ranked.indices(), cut.to(DType.FLOAT32)).eq(1);
      kept = kept.maskedFill(cutInPlace, Double.NEGATIVE_INFINITY);
    }
    return kept;
  }
}

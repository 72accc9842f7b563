package io.braid.objective.loss;

import io.braid.Check;
import io.braid.tensor.Tensor;

/** How the tokens' losses become one number. */
public sealed interface Aggregation {
  /**
   * The batch's share.
   *
   * @param perToken [n]
   * @return scalar
   */
  Tensor of(Tensor perToken, LossBatch batch);

  /**
   * The mean over all trained tokens of the optimizer step, so that long responses weigh more
   * (DAPO).
   */
  record TokenMean() implements Aggregation {
    @Override
    public Tensor of(Tensor perToken, LossBatch batch) {
      return perToken.sum().div(batch.totals().tokens());
    }
  }

  /** The mean over responses of each response's token mean (GRPO as published). */
  record SequenceMeanTokenMean() implements Aggregation {
    @Override
    public Tensor of(Tensor perToken, LossBatch batch) {
      return batch.meanByResponse(perToken).sum().div(batch.totals().responses());
    }
  }

  /**
   * The mean over responses of each response's token sum divided by a constant (Dr.GRPO).
   *
   * @param length the constant, in tokens
   */
  record SequenceMeanTokenSumNorm(double length) implements Aggregation {
    /** Checks the constant. */
    public SequenceMeanTokenSumNorm {
      Check.above("length", length, 0);
    }

    @Override
    public Tensor of(Tensor perToken, LossBatch batch) {
      return perToken.sum().div(length * batch.totals().responses());
    }
  }
}

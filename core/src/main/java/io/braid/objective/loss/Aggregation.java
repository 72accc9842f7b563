package io.braid.objective.loss;

import io.braid.Check;
import io.braid.tensor.Tensor;

/** Reduces the losses of tokens to one number. */
public sealed interface Aggregation {
  /**
   * Computes the batch's share of the optimizer step's loss.
   *
   * @param perToken [n]
   * @return scalar
   */
  Tensor of(Tensor perToken, LossBatch batch);

  /**
   * Averages over all trained tokens of the optimizer step, so long responses have more weight
   * (DAPO).
   */
  record TokenMean() implements Aggregation {
    @Override
    public Tensor of(Tensor perToken, LossBatch batch) {
      return perToken.sum().div(batch.totals().tokens());
    }
  }

  /** Averages over the tokens of each response, then over responses (GRPO as published). */
  record SequenceMeanTokenMean() implements Aggregation {
    @Override
    public Tensor of(Tensor perToken, LossBatch batch) {
      return batch.meanByResponse(perToken).sum().div(batch.totals().responses());
    }
  }

  /**
   * Divides the token sum of each response by a constant, then averages over responses (Dr.GRPO).
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

package io.braid.objective.loss;

import io.braid.tensor.Tensor;

/**
 * The loss of PPO's critic: half the squared error. A value gains nothing by moving further from
 * its old value than the clip allows.
 *
 * <p>½ max( (V − R)², (clip(V, V_old − ε, V_old + ε) − R)² ), averaged over the step's tokens
 *
 * @param epsilon ε, the largest change of a value in one step; infinite for no clip
 */
public record ClippedValueLoss(double epsilon) {
  /**
   * Computes the batch's share of the optimizer step's loss.
   *
   * @param values [n] V, with gradients
   * @param oldValues [n] V_old, the values before the step's first update
   * @param returns [n] R, the critic's targets
   * @param tokens number of trained tokens of the whole optimizer step
   * @return scalar
   */
  public Tensor of(Tensor values, Tensor oldValues, Tensor returns, long tokens) {
    Tensor near = oldValues.plus(values.minus(oldValues).clamp(-epsilon, epsilon)); // [n]
    Tensor free = values.minus(returns).square();
    Tensor bounded = near.minus(returns).square();
    return free.maximum(bounded).sum().times(0.5 / tokens);
  }
}

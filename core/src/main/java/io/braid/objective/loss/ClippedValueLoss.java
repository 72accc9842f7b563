package io.braid.objective.loss;

import io.braid.tensor.Tensor;

/**
 * What PPO's critic is trained on: half the squared error, which does not reward moving further
 * from the old value than the clip allows.
 *
 * <p>½ max( (V − R)², (clip(V, V_old − ε, V_old + ε) − R)² ), mean over the step's tokens
 *
 * @param epsilon how far a value may move at once; infinite for no clip
 */
public record ClippedValueLoss(double epsilon) {
  /**
   * The batch's share.
   *
   * @param values [n] V; carries gradients
   * @param oldValues [n] before the step's first update
   * @param returns [n] R, what the critic should have said
   * @param tokens of the whole optimizer step
   * @return scalar
   */
  public Tensor of(Tensor values, Tensor oldValues, Tensor returns, long tokens) {
    Tensor near = oldValues.plus(values.minus(oldValues).clamp(-epsilon, epsilon)); // [n]
    Tensor free = values.minus(returns).square();
    Tensor bounded = near.minus(returns).square();
    return free.maximum(bounded).sum().times(0.5 / tokens);
  }
}

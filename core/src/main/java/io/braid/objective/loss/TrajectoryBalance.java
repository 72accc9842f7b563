package io.braid.objective.loss;

import io.braid.Default;
import io.braid.Doc;
import io.braid.UserError;
import io.braid.model.PartitionHead;

/**
 * The settings of FlowRL's loss.
 *
 * @param beta how sharply the target prefers what is rewarded
 * @param epsilon how far the importance weight may leave 1
 * @param dropout share of the partition function's hidden units dropped in training
 * @param learningRate of the partition function
 */
public record TrajectoryBalance(
    @Doc(
            "Sharpness of the target; read against the response's length: 15 for thousands of tokens, about 1 for ten.")
        @Default("15")
        double beta,
    @Default("0.2") double epsilon,
    @Default("0.1") double dropout,
    @Doc("Of log Z; it has more to learn than the policy.") @Default("1e-4") double learningRate)
    implements LossSettings {
  /** Checks the settings. */
  public TrajectoryBalance {
    if (!(beta > 0)) {
      throw new UserError("beta: must be above 0, here " + beta);
    }
    if (!(epsilon > 0 && epsilon < 1)) {
      throw new UserError("epsilon: must be between 0 and 1, here " + epsilon);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new UserError("dropout: must be at least 0 and below 1, here " + dropout);
    }
    if (!(learningRate > 0)) {
      throw new UserError("learning_rate: must be above 0, here " + learningRate);
    }
  }

  @Override
  public PolicyLoss create(int hiddenSize, long seed) {
    return new FlowRl(this, new PartitionHead(hiddenSize, dropout, seed));
  }
}

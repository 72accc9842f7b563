package io.braid.objective.loss;

import io.braid.model.PartitionHead;
import io.braid.nn.Parameter;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * FlowRL's trajectory balance (arXiv 2509.15207, eq. 6): the squared residual of log π_θ against
 * the reward-tilted reference, whose minimum matches π_ref · exp(β Â) / Z instead of maximising Â.
 *
 * <pre>
 *   δ = log Z_φ(x) + mean_t log π_θ(y_t) − β Â(x, y) − mean_t log π_ref(y_t)
 *   L = w δ² ,   w = clip( π_θ(y|x) / π_old(y|x), 1 − ε, 1 + ε ) as a constant
 * </pre>
 *
 * β is read against the response's length: the log-probabilities are means over tokens, so the same
 * β presses harder the shorter the responses are.
 */
public final class FlowRl implements PolicyLoss {
  private final TrajectoryBalance settings;
  private final PartitionHead partition;
  private Optional<RandomSource> noise = Optional.empty();

  /**
   * The loss with its partition function.
   *
   * @param partition log Z_φ; closed with the loss
   */
  public FlowRl(TrajectoryBalance settings, PartitionHead partition) {
    this.settings = settings;
    this.partition = partition;
  }

  @Override
  public LossValue of(LossBatch batch) {
    return of(batch, partition.logZ(batch.promptStates().orElseThrow(), noise));
  }

  /**
   * The loss, given log Z.
   *
   * @param logZ [r]
   */
  LossValue of(LossBatch batch, Tensor logZ) {
    Tensor policy = batch.meanByResponse(batch.logProbs()); // [r]
    Tensor reference = batch.meanByResponse(batch.refLogProbs().orElseThrow()); // [r]
    Tensor advantage = batch.meanByResponse(batch.advantages()); // [r]
    Tensor delta =
        logZ.plus(policy).minus(advantage.times(settings.beta())).minus(reference); // [r]
    Tensor weight = importanceWeight(batch); // [r]
    long responses = batch.totals().responses();
    return new LossValue(
        weight.times(delta.square()).sum().over(responses),
        Map.of(
            "log_z", logZ.detach().sum().over(responses),
            "residual", delta.detach().abs().sum().over(responses)));
  }

  /** π_θ(y|x) / π_old(y|x), clipped; a constant: [r]. */
  private Tensor importanceWeight(LossBatch batch) {
    Tensor logRatio = batch.sumByResponse(batch.logProbs().minus(batch.oldLogProbs())).detach();
    return logRatio.clamp(-10, 10).exp().clamp(1 - settings.epsilon(), 1 + settings.epsilon());
  }

  @Override
  public void beginStep(long seed) {
    noise.ifPresent(RandomSource::close);
    noise = Optional.of(new RandomSource(seed));
  }

  @Override
  public boolean usesReference() {
    return true;
  }

  @Override
  public boolean usesPromptStates() {
    return true;
  }

  @Override
  public boolean ignoresZeroAdvantage() {
    return false; // the residual still pulls log Z and the policy toward the reference
  }

  @Override
  public List<Parameter> parameters() {
    return partition.parameters();
  }

  @Override
  public OptionalDouble learningRate() {
    return OptionalDouble.of(settings.learningRate());
  }

  @Override
  public void close() {
    noise.ifPresent(RandomSource::close);
    partition.close();
  }
}

package io.braid.objective.loss;

import io.braid.nn.Parameter;
import io.braid.objective.loss.Flowrl.Variant;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Column;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * FlowRL's trajectory balance (arXiv 2509.15207, eq. 6): the squared residual between log π_θ and
 * the reward-tilted reference. At its minimum the policy is π_ref · exp(β Â) / Z, which does not
 * maximise Â.
 *
 * <pre>
 *   δ = log Z_φ(x) + mean_t log π_θ(y_t) − β Â(x, y) − mean_t log π_ref(y_t)
 *   L = w δ² ,   w = clip( π_θ(y|x) / π_old(y|x), 1 − ε, 1 + ε ) as a constant
 * </pre>
 *
 * If individual tokens have rewards (a KL penalty, RLFR's flow rewards), Â is the response's total,
 * Â + Σ_t r_t, which is the advantage of its first token.
 *
 * <p>In the released code ({@code variant: released}), w is not clipped, and the loss of a
 * micro-batch of k responses is their mean times 9, divided by the number of the optimizer step's
 * responses. Each response then has the weight 9/k, so the result depends on how the step is split
 * into micro-batches.
 *
 * <p>Log-probabilities are means over tokens, so the effect of β grows with the length of the
 * responses ({@link Beta}).
 */
public final class FlowrlLoss implements PolicyLoss {
  /**
   * The number of entries of the metrics dictionary that {@code compute_flowrl_objective} returns.
   * In {@code update_policy} of the released {@code dp_actor.py}, the dictionary is assigned to
   * {@code data}, the variable of the micro-batch, whose length then scales the loss.
   */
  static final double RELEASED_METRICS = 9;

  /** The columns that the loss fills. */
  static final Set<Column<double[]>> FILLED = Set.of(Column.LOG_Z, Column.EXPECTED_REWARD);

  private final Flowrl settings;
  private final LogPartition partition;

  /**
   * Creates the loss with its partition function.
   *
   * @param partition the source of log Z; closed with the loss
   */
  FlowrlLoss(Flowrl settings, LogPartition partition) {
    this.settings = settings;
    this.partition = partition;
  }

  @Override
  public LossValue of(LossBatch batch) {
    return of(batch, partition.of(batch));
  }

  /**
   * Computes the loss for a given log Z.
   *
   * @param logZ [r]
   */
  LossValue of(LossBatch batch, Tensor logZ) {
    Tensor delta = delta(batch, logZ); // [r]
    Tensor weight = importanceWeight(batch); // [r]
    if (batch.correction().isPresent()) {
      weight = weight.times(batch.meanByResponse(batch.correction().get()));
    }
    long responses = batch.totals().responses();
    double divisor =
        released() ? batch.lengths().numel() * responses / RELEASED_METRICS : responses;
    Tensor off = delta.detach();
    return new LossValue(
        weight.times(delta.square()).sum().div(divisor),
        Map.of(
            Flowrl.LOG_Z, logZ.detach().sum().div(responses),
            Flowrl.BALANCE_RESIDUAL, off.abs().sum().div(responses),
            Flowrl.BETA, batch.lengths().times(0).plus(beta(batch)).sum().div(responses)),
        Map.of(
            Column.LOG_Z, logZ.detach(),
            Column.EXPECTED_REWARD, total(batch).plus(off.div(beta(batch)))));
  }

  /** Computes δ, the residual of each response, [r]. */
  private Tensor delta(LossBatch batch, Tensor logZ) {
    Tensor policy = batch.meanByResponse(batch.logProbs()); // [r]
    Tensor reference = batch.meanByResponse(batch.refLogProbs().orElseThrow()); // [r]
    return logZ.plus(policy).minus(total(batch).times(beta(batch))).minus(reference);
  }

  /** Returns Â of each response as a whole, [r]. */
  private static Tensor total(LossBatch batch) {
    return batch.firstByResponse(batch.advantages());
  }

  private double beta(LossBatch batch) {
    return settings.beta().at(batch.totals().meanLength());
  }

  /** Computes w, a constant, [r]. */
  private Tensor importanceWeight(LossBatch batch) {
    Tensor ratio =
        switch (settings.ratio()) {
          case SEQUENCE -> ImportanceRatio.ofResponses(batch);
          case SEQUENCE_MEAN -> ImportanceRatio.ofMeans(batch);
          case NONE -> batch.lengths().times(0).plus(1);
        };
    return released()
        ? ratio.detach()
        : ratio.detach().clamp(1 - settings.epsilon(), 1 + settings.epsilon());
  }

  private boolean released() {
    return settings.variant() == Variant.RELEASED;
  }

  @Override
  public void beginStep(long seed) {
    partition.beginStep(seed);
  }

  @Override
  public boolean prepares() {
    return partition.fits();
  }

  @Override
  public void prepare(LossBatch step) {
    Tensor none = step.lengths().times(0); // [r]
    partition.fit(delta(step, none), step);
  }

  @Override
  public Set<Column<float[]>> needs() {
    return Set.of(Column.REF_LOG_PROBS);
  }

  @Override
  public Optional<PromptPooling> promptStates() {
    return partition.promptStates();
  }

  @Override
  public Optional<PromptEstimate> estimate() {
    return partition.estimate();
  }

  @Override
  public List<Parameter> parameters() {
    return partition.parameters();
  }

  @Override
  public OptionalDouble learningRate() {
    return partition.learningRate();
  }

  @Override
  public void close() {
    partition.close();
  }
}

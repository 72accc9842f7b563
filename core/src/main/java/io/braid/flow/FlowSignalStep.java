package io.braid.flow;

import io.braid.Metric;
import io.braid.MetricValues;
import io.braid.Seeds;
import io.braid.model.PackedSequence;
import io.braid.nn.AdamW;
import io.braid.objective.signal.TokenSignal;
import io.braid.sampling.Shuffle;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Column;
import io.braid.trajectory.Sequence;
import io.braid.trajectory.Trajectories;
import io.braid.verify.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One step of a flow field. It captures the hidden states of all responses, one micro-batch after
 * another, rewards each token using the field's weights from before the step, and makes one update
 * from the correct responses.
 */
final class FlowSignalStep implements TokenSignal.OfStep {
  private final FlowSignal flow;
  private final int number;
  private final double[] rewardsOfRows; // from the verifier
  private final Tensor noise; // [samples, longest, width]
  private final Optional<Learning> learning;
  private final Tally right = new Tally();
  private final Tally wrong = new Tally();
  private Optional<Latents> latents = Optional.empty(); // of the current micro-batch
  private double scoreSeconds;
  private double learnSeconds;

  /** The loss and the responses' weights of the field's update. */
  private static final class Learning {
    final FlowMatching loss;
    final double[] weights; // of the responses; their sum is 1
    double total;

    Learning(FlowMatching loss, double[] weights) {
      this.loss = loss;
      this.weights = weights;
    }
  }

  /** Sums over trained tokens. */
  private static final class Tally {
    long tokens;
    long scored;
    long rewarded;
    double score;
    double reward;

    /** Adds the means to the metrics; omits them without tokens. */
    void putInto(MetricValues metrics, Metric meanScore, Metric meanReward) {
      metrics.putIf(scored > 0, meanScore, score / scored);
      metrics.putIf(tokens > 0, meanReward, reward / tokens);
    }
  }

  /**
   * Starts a step.
   *
   * @param number number of the step, from 0
   * @param all the step's trajectories, with verdicts
   */
  FlowSignalStep(FlowSignal flow, int number, Trajectories all) {
    this.flow = flow;
    this.number = number;
    this.rewardsOfRows = all.get(Column.VERDICT).stream().mapToDouble(Verdict::reward).toArray();
    int longest = all.sequences().stream().mapToInt(s -> s.response().length).max().orElse(1);
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      this.noise = flow.settings().deviation().noise(flow.field(), longest, seed(0)).owned();
    }
    this.learning = flow.optimizer().flatMap(_ -> learning());
  }

  private long seed(int purpose) {
    long step = Seeds.derive(flow.settings().seed(), Seeds.Stream.FLOW_STEP, number);
    return Seeds.derive(step, Seeds.Stream.FLOW_PURPOSE, purpose);
  }

  /**
   * Returns the field's loss; empty if no response is selected, so that the field stays unchanged.
   */
  private Optional<Learning> learning() {
    RejectionSampling sampling = flow.settings().sampling();
    double[] weights = Arrays.stream(rewardsOfRows).map(sampling::ofResponse).toArray();
    double sum = Arrays.stream(weights).sum();
    if (!(sum > 0)) {
      return Optional.empty();
    }
    double[] shares = Arrays.stream(weights).map(weight -> weight / sum).toArray();
    FlowField field = flow.field();
    // the token weights of a response sum to its weight, and the responses' weights sum to 1
    double[] divisors = new double[field.settings().contexts().size()];
    Arrays.fill(divisors, 1);
    return Optional.of(
        new Learning(
            new FlowMatching(field, flow.settings().samples(), divisors, seed(1)), shares));
  }

  @Override
  public Optional<TokenSignal.Watch> watch(List<PackedSequence> part) {
    latents = Optional.of(flow.field().latents(part));
    return Optional.of(latents.get());
  }

  @Override
  public double[] rewards(Trajectories part) {
    Latents seen = latents.orElseThrow();
    latents = Optional.empty();
    long begun = System.nanoTime();
    double[] rewards = score(seen, part);
    long scored = System.nanoTime();
    scoreSeconds += (scored - begun) / 1e9;
    learning.ifPresent(each -> learn(each, seen, part));
    learnSeconds += (System.nanoTime() - scored) / 1e9;
    return rewards;
  }

  /** Scores all response tokens and returns the rewards of the trained ones. */
  private double[] score(Latents seen, Trajectories part) {
    float[] scores;
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      VelocityDeviation deviation = flow.settings().deviation();
      scores = deviation.scores(deviation.deviations(flow.field(), seen, noise)).toFloats();
    }
    double[] rewards = new double[part.tokens()];
    int at = 0;
    for (int row = 0; row < part.rows(); row++) {
      Sequence sequence = part.sequence(row);
      double[] own = new double[part.length(row)];
      boolean[] scored = new boolean[own.length];
      int t = 0;
      for (int i = 0; i < sequence.response().length; i++, at++) {
        if (sequence.lossMask()[i]) {
          own[t] = scores[at];
          scored[t++] = seen.scored(at);
        }
      }
      int place = part.rowOfStep(row);
      double[] earned = flow.settings().reward().of(own, scored);
      double[] given = flow.settings().shuffle() ? shuffled(earned, place) : earned;
      System.arraycopy(given, 0, rewards, part.start(row), given.length);
      tally(own, scored, given, rewardsOfRows[place] >= 1 ? right : wrong);
    }
    return rewards;
  }

  private static void tally(double[] scores, boolean[] scored, double[] rewards, Tally tally) {
    tally.tokens += scores.length;
    tally.rewarded += Arrays.stream(rewards).filter(reward -> reward != 0).count();
    for (int t = 0; t < scores.length; t++) {
      if (scored[t]) {
        tally.scored++;
        tally.score += scores[t];
      }
    }
    tally.reward += Arrays.stream(rewards).sum();
  }

  /** Returns the rewards permuted over the tokens. */
  private double[] shuffled(double[] rewards, int row) {
    double[] moved = new double[rewards.length];
    Shuffle order =
        new Shuffle(rewards.length, Seeds.derive(seed(2), Seeds.Stream.FLOW_PERMUTATION, row));
    for (int t = 0; t < rewards.length; t++) {
      moved[order.at(t)] = rewards[t];
    }
    return moved;
  }

  private void learn(Learning learning, Latents seen, Trajectories part) {
    float[] weights = new float[seen.tokens()];
    int at = 0;
    for (int row = 0; row < part.rows(); row++) {
      Sequence sequence = part.sequence(row);
      float[] own = tokenWeights(part, row);
      double share = learning.weights[part.rowOfStep(row)];
      int t = 0;
      for (int i = 0; i < sequence.response().length; i++, at++) {
        weights[at] = sequence.lossMask()[i] ? (float) (share * own[t++]) : 0;
      }
    }
    try (Scope scope = Scope.open()) {
      learning.total += learning.loss.learn(seen, Tensor.of(weights, weights.length));
    }
    flow.optimizer().orElseThrow().accumulate();
  }

  private float[] tokenWeights(Trajectories part, int row) {
    RejectionSampling sampling = flow.settings().sampling();
    Optional<float[]> entropies =
        sampling.usesEntropies() ? Optional.of(part.row(Column.ENTROPIES, row)) : Optional.empty();
    return sampling.ofTokens(part.length(row), entropies);
  }

  /** Updates the field, if any response was selected, and returns the step's metrics. */
  @Override
  public MetricValues end() {
    long begun = System.nanoTime();
    MetricValues metrics = new MetricValues();
    long tokens = right.tokens + wrong.tokens;
    right.putInto(metrics, FlowSignal.SCORE_CORRECT, FlowSignal.REWARD_CORRECT);
    wrong.putInto(metrics, FlowSignal.SCORE_INCORRECT, FlowSignal.REWARD_INCORRECT);
    metrics.put(FlowSignal.REWARDED_FRAC, (right.rewarded + wrong.rewarded) / (double) tokens);
    learning.ifPresent(each -> {
      AdamW optimizer = flow.optimizer().orElseThrow();
      double norm = optimizer.step(number).gradientNorm();
      if (each.loss.hasTokens()) {
        metrics.put(FlowSignal.LOSS, each.total);
        metrics.put(FlowSignal.GRAD_NORM, norm);
      }
      metrics.put(FlowSignal.SKIPPED_UPDATES, optimizer.skipped());
    });
    learnSeconds += (System.nanoTime() - begun) / 1e9;
    metrics.put(FlowSignal.SCORE_SECONDS, scoreSeconds);
    metrics.put(FlowSignal.LEARN_SECONDS, learnSeconds);
    return metrics;
  }

  @Override
  public void close() {
    learning.ifPresent(each -> each.loss.close());
    noise.close();
  }
}

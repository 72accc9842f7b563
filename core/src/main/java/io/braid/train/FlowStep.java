package io.braid.train;

import io.braid.flow.FlowField;
import io.braid.flow.FlowMatching;
import io.braid.flow.Latents;
import io.braid.flow.RejectionSampling;
import io.braid.flow.VelocityDeviation;
import io.braid.nn.AdamW;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.verify.Verdict;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a flow field does at one step: it sees the latents of all responses, part by part, rewards
 * each token by what it knew before the step, and learns once from the right ones.
 */
final class FlowStep implements AutoCloseable {
  private final FlowRewards flow;
  private final int number;
  private final List<Sequence> sequences;
  private final double[] outcomes;
  private final Tensor noise; // [draws, longest, width]
  private final Optional<Learning> learning;
  private final double[][] rewards;
  private final Tally right = new Tally();
  private final Tally wrong = new Tally();
  private double scoreSeconds;
  private double learnSeconds;
  private double secondsSeeing;

  /** What is learned from, and how much of it. */
  private static final class Learning {
    final FlowMatching loss;
    final double[] weights; // of responses; their sum is 1
    double total;

    Learning(FlowMatching loss, double[] weights) {
      this.loss = loss;
      this.weights = weights;
    }
  }

  /** Sums over tokens. */
  private static final class Tally {
    long tokens;
    long scored;
    long rewarded;
    double score;
    double reward;

    /** Means; none of what there were no tokens of. */
    void tell(String name, Map<String, Double> metrics) {
      if (scored > 0) {
        metrics.put("flow_score/" + name, score / scored);
      }
      if (tokens > 0) {
        metrics.put("flow_reward/" + name, reward / tokens);
      }
    }
  }

  /**
   * A step's field, before it has seen anything.
   *
   * @param number of the step, from 0
   * @param outcomes the verdict's reward for each sequence
   */
  FlowStep(FlowRewards flow, int number, List<Sequence> sequences, double[] outcomes) {
    this.flow = flow;
    this.number = number;
    this.sequences = sequences;
    this.outcomes = outcomes;
    this.rewards = new double[sequences.size()][];
    int longest = sequences.stream().mapToInt(each -> each.response().length).max().orElse(1);
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      this.noise = flow.settings().deviation().noise(flow.field(), longest, seed(0)).owned();
    }
    this.learning = flow.optimizer().flatMap(_ -> learning());
  }

  /** The field's part in a step, before it has seen anything. */
  static FlowStep of(FlowRewards flow, Draw draw, int number, List<Sequence> sequences) {
    double[] outcomes =
        draw.verdicts().stream().flatMap(List::stream).mapToDouble(Verdict::reward).toArray();
    return new FlowStep(flow, number, sequences, outcomes);
  }

  private long seed(int purpose) {
    return (flow.settings().seed() * 1_000_003L + number) * 4 + purpose;
  }

  /** Nothing when no response counts: the field then stays as it is. */
  private Optional<Learning> learning() {
    RejectionSampling sampling = flow.settings().sampling();
    double[] weights = Arrays.stream(outcomes).map(sampling::ofResponse).toArray();
    double sum = Arrays.stream(weights).sum();
    if (!(sum > 0)) {
      return Optional.empty();
    }
    double[] shares = Arrays.stream(weights).map(weight -> weight / sum).toArray();
    FlowField field = flow.field();
    // a response's tokens weigh its share together, and the shares add up to 1
    double[] divisors = new double[field.settings().contexts().size()];
    Arrays.fill(divisors, 1);
    return Optional.of(
        new Learning(new FlowMatching(field, flow.settings().draws(), divisors, seed(1)), shares));
  }

  /** What takes a part's latents while the policy computes it; belongs to the open scope. */
  Latents latents(PackedBatch part) {
    return flow.field().latents(part.sequences());
  }

  /**
   * Rewards a part's tokens, and learns from them.
   *
   * @param places of the part's sequences among all
   * @param entropies of every sequence's tokens, where they are known
   */
  void see(Latents latents, List<Integer> places, float[][] entropies) {
    long begun = System.nanoTime();
    score(latents, places);
    long scored = System.nanoTime();
    scoreSeconds += (scored - begun) / 1e9;
    learning.ifPresent(each -> learn(each, latents, places, entropies));
    learnSeconds += (System.nanoTime() - scored) / 1e9;
    secondsSeeing += (System.nanoTime() - begun) / 1e9;
  }

  /** Responses with the rewards of their tokens, which {@link #see} gives them first. */
  List<Experience> rewarded(List<Experience> part, Latents latents) {
    see(latents, part.stream().map(Experience::place).toList(), new float[0][]);
    return part.stream().map(each -> each.rewarded(rewards[each.place()])).toList();
  }

  private void score(Latents latents, List<Integer> places) {
    float[] scores;
    try (Scope part = Scope.open();
        Gradients off = Gradients.off()) {
      VelocityDeviation deviation = flow.settings().deviation();
      scores = deviation.scores(deviation.deviations(flow.field(), latents, noise)).toFloats();
    }
    int at = 0;
    for (int place : places) {
      int length = sequences.get(place).response().length;
      double[] own = new double[length];
      boolean[] scored = new boolean[length];
      for (int t = 0; t < length; t++, at++) {
        own[t] = scores[at];
        scored[t] = latents.scored(at);
      }
      double[] earned = flow.settings().reward().of(own, scored);
      rewards[place] = flow.settings().shuffle() ? shuffled(earned, place) : earned;
      tally(own, scored, rewards[place], outcomes[place] >= 1 ? right : wrong);
    }
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

  /** The same rewards at other tokens. */
  private double[] shuffled(double[] rewards, int place) {
    double[] dealt = new double[rewards.length];
    Shuffle order = new Shuffle(rewards.length, seed(2) * 1_000_003L + place);
    for (int t = 0; t < rewards.length; t++) {
      dealt[order.at(t)] = rewards[t];
    }
    return dealt;
  }

  private void learn(
      Learning learning, Latents latents, List<Integer> places, float[][] entropies) {
    float[] weights = new float[latents.tokens()];
    int at = 0;
    for (int place : places) {
      float[] own = tokenWeights(place, entropies);
      for (float weight : own) {
        weights[at++] = (float) (learning.weights[place] * weight);
      }
    }
    try (Scope part = Scope.open()) {
      learning.total += learning.loss.learn(latents, Tensor.of(weights, weights.length));
    }
    flow.optimizer().orElseThrow().accumulate();
  }

  private float[] tokenWeights(int place, float[][] entropies) {
    RejectionSampling sampling = flow.settings().sampling();
    Optional<float[]> known =
        sampling.usesEntropies() ? Optional.of(entropies[place]) : Optional.empty();
    return sampling.ofTokens(sequences.get(place).response().length, known);
  }

  /** The rewards of all sequences' tokens, once all have been seen. */
  List<double[]> rewards() {
    return List.of(rewards);
  }

  /** The rewards of one sequence's tokens, once it has been seen. */
  double[] rewards(int place) {
    return rewards[place];
  }

  /** Moves the field, when there was something to learn from; returns what the step showed. */
  Map<String, Double> end() {
    long begun = System.nanoTime();
    Map<String, Double> metrics = new LinkedHashMap<>();
    long tokens = right.tokens + wrong.tokens;
    right.tell("right", metrics);
    wrong.tell("wrong", metrics);
    metrics.put("flow_rewarded", (right.rewarded + wrong.rewarded) / (double) tokens);
    learning.ifPresent(each -> {
      AdamW optimizer = flow.optimizer().orElseThrow();
      double norm = optimizer.step(number).gradientNorm();
      if (each.loss.saw()) {
        metrics.put("flow_loss", each.total);
        metrics.put("flow_gradient_norm", norm);
      }
      metrics.put("flow_skipped_steps", (double) optimizer.skipped());
    });
    learnSeconds += (System.nanoTime() - begun) / 1e9;
    return metrics;
  }

  /** What seeing took, scoring and learning together. */
  double secondsSeeing() {
    return secondsSeeing;
  }

  double scoreSeconds() {
    return scoreSeconds;
  }

  double learnSeconds() {
    return learnSeconds;
  }

  @Override
  public void close() {
    learning.ifPresent(each -> each.loss.close());
    noise.close();
  }
}

package io.braid.objective.loss;

import io.braid.Metric;
import io.braid.rollout.Prompt;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Sequence;
import io.braid.trajectory.Trajectories;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Packs responses, given as plain numbers, into FLOAT64 tensors. */
final class Packed {
  private Packed() {}

  /**
   * One response.
   *
   * @param advantages advantage of each token
   * @param correction weight of each token, or empty; either all answers have weights or none
   * @param group index of the prompt
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares answers
  record Answer(
      double[] policy,
      double[] old,
      double[] ref,
      double[] advantages,
      double logZ,
      Optional<double[]> correction,
      int group) {

    /** Creates a response with one advantage for all tokens and no correction. */
    Answer(double[] policy, double[] old, double[] ref, double advantage, double logZ) {
      this(policy, old, ref, new double[policy.length], logZ, Optional.empty(), 0);
      Arrays.fill(advantages, advantage);
    }

    int length() {
      return policy.length;
    }

    /** Returns the same response with a weight for each token. */
    Answer corrected(double[] weights) {
      return new Answer(policy, old, ref, advantages, logZ, Optional.of(weights), group);
    }

    /** Returns the same response with an advantage for each token. */
    Answer with(double[] others) {
      return new Answer(policy, old, ref, others, logZ, correction, group);
    }

    /** Returns the same response to another prompt. */
    Answer of(int prompt) {
      return new Answer(policy, old, ref, advantages, logZ, correction, prompt);
    }

    /** Returns the same response after a change of the policy. */
    Answer moved(double[] now) {
      return new Answer(now, old, ref, advantages, logZ, correction, group);
    }
  }

  /** The result of a loss: its value, its gradients by token and by response, and its metrics. */
  @SuppressWarnings("ArrayRecordComponent") // compared number by number
  record Outcome(double loss, double[] byToken, double[] byLogZ, Map<Metric, Double> shares) {}

  /** A loss as a function of log Z of each response. */
  interface Loss {
    LossValue of(LossBatch batch, Tensor logZ);
  }

  /** Creates FlowRL's loss. */
  static FlowrlLoss flowRl(double beta, double epsilon) {
    return flowRl(Flowrl.of(beta, epsilon, /* dropout= */ 0, 1e-4));
  }

  /** Creates FlowRL's loss with other settings. */
  static FlowrlLoss flowRl(Flowrl settings) {
    return (FlowrlLoss) settings.create(/* hiddenSize= */ 2, /* seed= */ 1);
  }

  /** Prepares the loss with the whole step, as before its first update. */
  static void prepare(PolicyLoss loss, List<Answer> answers) {
    try (Scope scope = Scope.open()) {
      loss.prepare(
          batch(answers, Tensor.of(flat(answers, Answer::old), tokens(answers)), totals(answers)));
    }
  }

  private static LossBatch.Totals totals(List<Answer> all) {
    int groups = 1 + all.stream().mapToInt(Answer::group).max().orElseThrow();
    return new LossBatch.Totals(tokens(all), all.size(), groups);
  }

  /** Computes value and gradients of all answers at once. */
  static Outcome outcome(Loss loss, List<Answer> answers) {
    return outcomeOfParts(loss, List.of(answers));
  }

  /** Computes value and gradients part by part. */
  static Outcome outcomeOfParts(Loss loss, List<List<Answer>> parts) {
    List<Answer> all = parts.stream().flatMap(List::stream).toList();
    LossBatch.Totals totals = totals(all);
    double sum = 0;
    double[] byToken = {};
    double[] byLogZ = {};
    Map<Metric, Double> shares = new HashMap<>();
    for (List<Answer> part : parts) {
      try (Scope scope = Scope.open()) {
        int n = tokens(part);
        Tensor policy = Tensor.of(flat(part, Answer::policy), n).requiresGrad(true);
        Tensor logZ =
            Tensor.of(part.stream().mapToDouble(Answer::logZ).toArray(), part.size())
                .requiresGrad(true);
        LossValue value = loss.of(batch(part, policy, totals), logZ);
        value.loss().backward();
        sum += value.loss().item();
        value.shares().forEach((name, share) -> shares.merge(name, share.item(), Double::sum));
        byToken = joined(byToken, policy.grad().orElseThrow().toDoubles());
        byLogZ = joined(byLogZ, logZ.grad().map(Tensor::toDoubles).orElse(new double[part.size()]));
      }
    }
    return new Outcome(sum, byToken, byLogZ, shares);
  }

  private static LossBatch batch(List<Answer> answers, Tensor policy, LossBatch.Totals totals) {
    int n = tokens(answers);
    long[] responseOf = new long[n];
    double[] lengths = new double[answers.size()];
    int at = 0;
    for (int r = 0; r < answers.size(); r++) {
      lengths[r] = answers.get(r).policy().length;
      Arrays.fill(responseOf, at, at + (int) lengths[r], r);
      at += (int) lengths[r];
    }
    return new LossBatch(
        table(answers),
        policy,
        Tensor.of(flat(answers, Answer::old), n),
        Optional.of(Tensor.of(flat(answers, Answer::ref), n)),
        Tensor.of(flat(answers, Answer::advantages), n),
        answers.getFirst().correction().isPresent()
            ? Optional.of(Tensor.of(flat(answers, a -> a.correction().orElseThrow()), n))
            : Optional.empty(),
        Tensor.of(responseOf, n),
        Tensor.of(lengths, lengths.length),
        Tensor.of(answers.stream().mapToLong(Answer::group).toArray(), lengths.length),
        Optional.empty(),
        totals);
  }

  private static Trajectories table(List<Answer> answers) {
    int groups = 1 + answers.stream().mapToInt(Answer::group).max().orElseThrow();
    List<Prompt> prompts = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      prompts.add(new Prompt("p" + g, new long[] {g}));
    }
    int[] byGroup =
        IntStream.range(0, answers.size())
            .boxed()
            .sorted(Comparator.comparingInt(row -> answers.get(row).group()))
            .mapToInt(row -> row)
            .toArray();
    Trajectories sorted =
        Trajectories.of(
            prompts,
            Arrays.stream(byGroup)
                .mapToObj(answers::get)
                .map(each -> new Sequence(new long[] {each.group()}, new long[each.length()]))
                .toList(),
            Arrays.stream(byGroup).map(row -> answers.get(row).group()).toArray());
    int[] places = new int[byGroup.length];
    for (int place = 0; place < byGroup.length; place++) {
      places[byGroup[place]] = place;
    }
    return sorted.select(places);
  }

  static int tokens(List<Answer> answers) {
    return answers.stream().mapToInt(answer -> answer.policy().length).sum();
  }

  static double[] flat(List<Answer> answers, Function<Answer, double[]> numbers) {
    return answers.stream().map(numbers).flatMapToDouble(Arrays::stream).toArray();
  }

  private static double[] joined(double[] a, double[] b) {
    double[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  /** Creates random answers with a separate advantage and weight for each token. */
  static List<Answer> randomTokens(Random random, int answers, int longest) {
    return random(random, answers, longest).stream()
        .map(answer ->
            answer
                .with(random.doubles(answer.length(), -1.5, 1.5).toArray())
                .corrected(random.doubles(answer.length(), 0, 2).toArray()))
        .toList();
  }

  /** Creates random answers, whose ratios are on both sides of usual clip bounds. */
  static List<Answer> random(Random random, int answers, int longest) {
    List<Answer> all = new ArrayList<>();
    for (int i = 0; i < answers; i++) {
      int n = 1 + random.nextInt(longest);
      double[] policy = random.doubles(n).map(u -> -3 * u - 0.01).toArray();
      double spread = random.nextDouble();
      double[] old = Arrays.stream(policy).map(p -> p + spread * random.nextGaussian()).toArray();
      double[] ref = Arrays.stream(policy).map(p -> p + 0.5 * random.nextGaussian()).toArray();
      double advantage = i % 5 == 4 ? 0 : random.nextGaussian();
      all.add(new Answer(policy, old, ref, advantage, random.nextGaussian()));
    }
    return all;
  }
}

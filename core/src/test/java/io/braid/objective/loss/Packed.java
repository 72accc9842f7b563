package io.braid.objective.loss;

import io.braid.model.PartitionHead;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;

/** Responses as plain numbers, and the tensors that they are packed into, in FLOAT64. */
final class Packed {
  private Packed() {}

  /** One response; its advantage is that of each of its tokens. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares answers
  record Answer(double[] policy, double[] old, double[] ref, double advantage, double logZ) {}

  /** What a loss gave: its value, its gradients by token and by response, and its numbers. */
  @SuppressWarnings("ArrayRecordComponent") // compared number by number
  record Outcome(double loss, double[] byToken, double[] byLogZ, Map<String, Double> shares) {}

  /** A loss, given log Z of each response. */
  interface Loss {
    LossValue of(LossBatch batch, Tensor logZ);
  }

  /** FlowRL's loss, to be given log Z. */
  static FlowRl flowRl(double beta, double epsilon) {
    return new FlowRl(
        TrajectoryBalance.of(beta, epsilon, 0, 1e-4),
        new LogPartition.Learned(new PartitionHead(2, /* dropout= */ 0, 1)));
  }

  /** Value and gradients over all answers at once. */
  static Outcome outcome(Loss loss, List<Answer> answers) {
    return outcomeOfParts(loss, List.of(answers));
  }

  /** The same, computed part by part. */
  static Outcome outcomeOfParts(Loss loss, List<List<Answer>> parts) {
    List<Answer> all = parts.stream().flatMap(List::stream).toList();
    LossBatch.Totals totals = new LossBatch.Totals(tokens(all), all.size(), 1);
    double sum = 0;
    double[] byToken = {};
    double[] byLogZ = {};
    Map<String, Double> shares = new TreeMap<>();
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
    double[] advantages = new double[n];
    double[] lengths = new double[answers.size()];
    int at = 0;
    for (int r = 0; r < answers.size(); r++) {
      lengths[r] = answers.get(r).policy().length;
      Arrays.fill(responseOf, at, at + (int) lengths[r], r);
      Arrays.fill(advantages, at, at + (int) lengths[r], answers.get(r).advantage());
      at += (int) lengths[r];
    }
    return new LossBatch(
        policy,
        Tensor.of(flat(answers, Answer::old), n),
        Optional.of(Tensor.of(flat(answers, Answer::ref), n)),
        Tensor.of(advantages, n),
        Optional.empty(),
        Tensor.of(responseOf, n),
        Tensor.of(lengths, lengths.length),
        Tensor.of(new long[lengths.length], lengths.length),
        Optional.empty(),
        totals);
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

  /** Random answers, whose ratios lie on both sides of any usual clip. */
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

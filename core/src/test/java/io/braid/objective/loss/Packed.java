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

/** Responses as plain numbers, and the tensors that they are packed into, in FLOAT64. */
final class Packed {
  private Packed() {}

  /**
   * One response.
   *
   * @param advantages of each token
   * @param correction weight of each token; none where it is empty, for all answers or for no one
   * @param group its prompt's number
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

    /** One advantage for all of its tokens, nothing to correct. */
    Answer(double[] policy, double[] old, double[] ref, double advantage, double logZ) {
      this(policy, old, ref, new double[policy.length], logZ, Optional.empty(), 0);
      Arrays.fill(advantages, advantage);
    }

    int length() {
      return policy.length;
    }

    /** The same with a weight for each token. */
    Answer corrected(double[] weights) {
      return new Answer(policy, old, ref, advantages, logZ, Optional.of(weights), group);
    }

    /** The same with an advantage for each token. */
    Answer with(double[] others) {
      return new Answer(policy, old, ref, others, logZ, correction, group);
    }

    /** The same for another prompt. */
    Answer of(int prompt) {
      return new Answer(policy, old, ref, advantages, logZ, correction, prompt);
    }

    /** The same after the policy has moved. */
    Answer moved(double[] now) {
      return new Answer(now, old, ref, advantages, logZ, correction, group);
    }
  }

  /** What a loss gave: its value, its gradients by token and by response, and its numbers. */
  @SuppressWarnings("ArrayRecordComponent") // compared number by number
  record Outcome(double loss, double[] byToken, double[] byLogZ, Map<Metric, Double> shares) {}

  /** A loss, given log Z of each response. */
  interface Loss {
    LossValue of(LossBatch batch, Tensor logZ);
  }

  /** FlowRL's loss, to be given log Z. */
  static FlowrlLoss flowRl(double beta, double epsilon) {
    return flowRl(Flowrl.of(beta, epsilon, /* dropout= */ 0, 1e-4));
  }

  /** FlowRL's loss with other settings. */
  static FlowrlLoss flowRl(Flowrl settings) {
    return (FlowrlLoss) settings.create(/* hiddenSize= */ 2, /* seed= */ 1);
  }

  /** Shows the loss the whole step, as it was before the first update. */
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

  /** Value and gradients over all answers at once. */
  static Outcome outcome(Loss loss, List<Answer> answers) {
    return outcomeOfParts(loss, List.of(answers));
  }

  /** The same, computed part by part. */
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

  /** Random answers with advantages of their own for all tokens, and weights. */
  static List<Answer> randomTokens(Random random, int answers, int longest) {
    return random(random, answers, longest).stream()
        .map(answer ->
            answer
                .with(random.doubles(answer.length(), -1.5, 1.5).toArray())
                .corrected(random.doubles(answer.length(), 0, 2).toArray()))
        .toList();
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

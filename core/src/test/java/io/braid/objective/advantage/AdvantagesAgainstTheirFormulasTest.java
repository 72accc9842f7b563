package io.braid.objective.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.objective.Estimates;
import io.braid.objective.Estimates.Nested;
import io.braid.objective.GroupRewards;
import io.braid.objective.ResponseRewards;
import io.braid.objective.advantage.Grpo.Std;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares each estimator with its formula, computed token by token, on random rewards. */
class AdvantagesAgainstTheirFormulasTest {
  private static final double CLOSE = 1e-9;
  private static final int ROUNDS = 100;

  /** Computes Â of one response from all outcomes of its group. */
  private interface Outcome {
    double of(double[] outcomes, int response);
  }

  /** Computes all advantages by group, response and token. */
  private interface Reference {
    List<List<double[]>> of(List<GroupRewards> groups);
  }

  @ParameterizedTest
  @EnumSource
  void groupNormalized(Std which) {
    same(
        new Grpo(which),
        groups ->
            byGroup(
                groups,
                (outcomes, r) -> {
                  double squares = 0;
                  for (double outcome : outcomes) {
                    squares += Math.pow(outcome - average(outcomes), 2);
                  }
                  int divisor = which == Std.SAMPLE ? outcomes.length - 1 : outcomes.length;
                  return (outcomes[r] - average(outcomes)) / (Math.sqrt(squares / divisor) + 1e-6);
                }));
  }

  @Test
  void groupCentered() {
    same(new DrGrpo(), groups -> byGroup(groups, (outcomes, r) -> outcomes[r] - average(outcomes)));
  }

  @Test
  void leaveOneOut() {
    same(
        new Rloo(),
        groups ->
            byGroup(
                groups,
                (outcomes, r) -> {
                  double others = 0;
                  for (int i = 0; i < outcomes.length; i++) {
                    others += i == r ? 0 : outcomes[i];
                  }
                  return outcomes[r] - others / (outcomes.length - 1);
                }));
  }

  @Test
  void rawOutcome() {
    same(new Reinforce(), groups -> byGroup(groups, (outcomes, r) -> outcomes[r]));
  }

  @Test
  void maxrl() {
    Random random = new Random(37);
    for (int round = 0; round < ROUNDS; round++) {
      List<GroupRewards> groups =
          Rewards.random(random, round % 3 > 0).stream()
              .filter(group ->
                  group.responses().stream().mapToDouble(ResponseRewards::outcome).sum() > 0)
              .toList();
      assertThat(Rewards.flat(Estimates.of(new Maxrl(), groups).values()))
          .containsExactly(
              Rewards.flat(
                  byGroup(
                      groups,
                      (outcomes, r) -> (outcomes[r] - average(outcomes)) / average(outcomes))),
              within(CLOSE));
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "0.9", "0.3", "0"})
  void reinforcePlusPlus(double discount) {
    same(
        new ReinforcePlusPlus(discount),
        groups ->
            whitened(
                byToken(
                    groups,
                    (response, t) -> {
                      double sum = 0;
                      for (int i = t; i < response.length(); i++) {
                        sum += Math.pow(discount, i - t) * reward(response, i);
                      }
                      return sum;
                    })));
  }

  @Test
  void reinforcePlusPlusBaseline() {
    same(
        new ReinforcePlusPlusBaseline(),
        groups -> whitened(byGroup(groups, (outcomes, r) -> outcomes[r] - average(outcomes))));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 0.95", "0.99, 0.9", "0.7, 0", "0, 0.5"})
  void generalizedAdvantage(double discount, double lambda) {
    Reference plain =
        groups ->
            byToken(
                groups,
                (response, t) -> {
                  double[] values = response.values().orElseThrow();
                  double sum = 0;
                  for (int i = t; i < values.length; i++) {
                    double after = i + 1 < values.length ? values[i + 1] : 0;
                    double delta = reward(response, i) + discount * after - values[i];
                    sum += Math.pow(discount * lambda, i - t) * delta;
                  }
                  return sum;
                });

    same(new Gae(discount, lambda, false), plain);
    same(new Gae(discount, lambda, true), groups -> whitened(plain.of(groups)));
    Random random = new Random(29);
    for (int round = 0; round < ROUNDS; round++) {
      List<GroupRewards> groups = Rewards.random(random, true);
      double[] expected = Rewards.flat(plain.of(groups));
      double[] values =
          Rewards.flat(byToken(groups, (response, t) -> response.values().orElseThrow()[t]));
      Arrays.setAll(expected, i -> expected[i] + values[i]);

      // Whitening affects only the policy; the critic's target does not change.
      assertThat(
              Rewards.flat(
                  Estimates.of(new Gae(discount, lambda, true), groups).returns().orElseThrow()))
          .containsExactly(expected, within(CLOSE));
    }
  }

  @Test
  void withLambdaOneTheReturnsAreTheRewardsToGo() {
    Random random = new Random(31);
    List<GroupRewards> groups = Rewards.random(random, true);
    Nested advantages = Estimates.of(new Gae(1, 1, true), groups);

    assertThat(Rewards.flat(advantages.returns().orElseThrow()))
        .containsExactly(
            Rewards.flat(
                byToken(groups, (response, t) -> response.outcome() + denseFrom(response, t))),
            within(CLOSE));
  }

  @ParameterizedTest
  @CsvSource({"0.4, 2", "0.05, 1.5", "5, 10"})
  void entropyShaped(double alpha, double kappa) {
    for (AdvantageEstimator of :
        List.of(new DrGrpo(), new ReinforcePlusPlus(0.9), new Gae(1, 0.95, true))) {
      same(
          new EntropyShaping(of, alpha, kappa),
          groups -> {
            Nested plain = Estimates.of(of, groups);
            List<List<double[]>> shaped = new ArrayList<>();
            for (int g = 0; g < groups.size(); g++) {
              List<double[]> responses = new ArrayList<>();
              for (int r = 0; r < groups.get(g).responses().size(); r++) {
                double[] entropies = groups.get(g).responses().get(r).entropies().orElseThrow();
                double[] tokens = new double[entropies.length];
                for (int t = 0; t < tokens.length; t++) {
                  double advantage = plain.of(g, r)[t];
                  double bound = (advantage < 0 ? -advantage : advantage) / kappa;
                  double bonus = alpha * entropies[t];
                  tokens[t] = advantage + (bonus < bound ? bonus : bound);
                }
                responses.add(tokens);
              }
              shaped.add(responses);
            }
            return shaped;
          });
    }
  }

  private static void same(AdvantageEstimator estimator, Reference reference) {
    Random random = new Random(23);
    for (int round = 0; round < ROUNDS; round++) {
      List<GroupRewards> groups = Rewards.random(random, round % 3 > 0);

      assertThat(Rewards.flat(Estimates.of(estimator, groups).values()))
          .containsExactly(Rewards.flat(reference.of(groups)), within(CLOSE));
    }
  }

  // ---- the formulas ---------------------------------------------------------------------------

  /** Computes a number for one token. */
  private interface Token {
    double of(ResponseRewards response, int t);
  }

  private static List<List<double[]>> byToken(List<GroupRewards> groups, Token token) {
    List<List<double[]>> all = new ArrayList<>();
    for (GroupRewards group : groups) {
      List<double[]> responses = new ArrayList<>();
      for (ResponseRewards response : group.responses()) {
        double[] tokens = new double[response.length()];
        Arrays.setAll(tokens, t -> token.of(response, t));
        responses.add(tokens);
      }
      all.add(responses);
    }
    return all;
  }

  private static List<List<double[]>> byGroup(List<GroupRewards> groups, Outcome outcome) {
    List<List<double[]>> all = new ArrayList<>();
    for (GroupRewards group : groups) {
      double[] outcomes =
          group.responses().stream().mapToDouble(ResponseRewards::outcome).toArray();
      List<double[]> responses = new ArrayList<>();
      for (int r = 0; r < outcomes.length; r++) {
        ResponseRewards response = group.responses().get(r);
        double advantage = outcome.of(outcomes, r);
        double[] tokens = new double[response.length()];
        Arrays.setAll(tokens, t -> advantage + denseFrom(response, t));
        responses.add(tokens);
      }
      all.add(responses);
    }
    return all;
  }

  private static double denseFrom(ResponseRewards response, int t) {
    double sum = 0;
    for (int i = t; i < response.length(); i++) {
      sum += response.dense()[i];
    }
    return sum;
  }

  private static double reward(ResponseRewards response, int t) {
    return response.dense()[t] + (t == response.length() - 1 ? response.outcome() : 0);
  }

  private static List<List<double[]>> whitened(List<List<double[]>> tokens) {
    double[] all = Rewards.flat(tokens);
    double squares = 0;
    for (double x : all) {
      squares += Math.pow(x - average(all), 2);
    }
    double std = Math.sqrt(squares / (all.length - 1) + 1e-8);
    return tokens.stream()
        .map(group ->
            group.stream()
                .map(response ->
                    Arrays.stream(response).map(x -> (x - average(all)) / std).toArray())
                .toList())
        .toList();
  }

  private static double average(double[] numbers) {
    double sum = 0;
    for (double x : numbers) {
      sum += x;
    }
    return sum / numbers.length;
  }
}

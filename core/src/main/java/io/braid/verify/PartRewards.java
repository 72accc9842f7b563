package io.braid.verify;

import java.util.List;

/** Rewards for parts of a response; their sum is the response's reward. */
public sealed interface PartRewards {
  /**
   * One reward per token.
   *
   * @param rewards one reward for each of {@link Submission#ids}
   */
  record Tokens(List<Double> rewards) implements PartRewards {
    /** Copies the list. */
    public Tokens {
      rewards = List.copyOf(rewards);
    }
  }

  /**
   * One reward per step.
   *
   * @param steps the steps, in the order of the response
   */
  record Steps(List<Step> steps) implements PartRewards {
    /** Copies the list. */
    public Steps {
      steps = List.copyOf(steps);
    }
  }

  /**
   * A step of a response and its reward.
   *
   * @param end position after the step's last character in the response, in UTF-16 units
   * @param reward reward of the step, given to its last token
   */
  record Step(int end, double reward) {}

  /** Returns the rewards in order. */
  default List<Double> numbers() {
    return switch (this) {
      case Tokens(List<Double> rewards) -> rewards;
      case Steps(List<Step> steps) -> steps.stream().map(Step::reward).toList();
    };
  }

  /** Returns the sum of the rewards. */
  default double sum() {
    return numbers().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** Returns the rewards multiplied by a weight. */
  default PartRewards times(double weight) {
    return switch (this) {
      case Tokens(List<Double> rewards) ->
          new Tokens(rewards.stream().map(each -> weight * each).toList());
      case Steps(List<Step> steps) ->
          new Steps(
              steps.stream().map(each -> new Step(each.end(), weight * each.reward())).toList());
    };
  }
}

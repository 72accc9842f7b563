package io.braid.verify;

import java.util.List;

/** What the parts of a response earned; together they are the response's reward. */
public sealed interface PartRewards {
  /**
   * One number a token.
   *
   * @param rewards as many as {@link Submission#ids}
   */
  record Tokens(List<Double> rewards) implements PartRewards {
    /** Copies the list. */
    public Tokens {
      rewards = List.copyOf(rewards);
    }
  }

  /**
   * One number a step.
   *
   * @param steps in the order of the response
   */
  record Steps(List<Step> steps) implements PartRewards {
    /** Copies the list. */
    public Steps {
      steps = List.copyOf(steps);
    }
  }

  /**
   * A step, and what it earned.
   *
   * @param end how many characters (of UTF-16) of the response there are up to its end
   * @param reward falls on the token with which the step ends
   */
  record Step(int end, double reward) {}

  /** The numbers, in order. */
  default List<Double> numbers() {
    return switch (this) {
      case Tokens(List<Double> rewards) -> rewards;
      case Steps(List<Step> steps) -> steps.stream().map(Step::reward).toList();
    };
  }

  /** What they earned together. */
  default double sum() {
    return numbers().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** The same, each so many times as much. */
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

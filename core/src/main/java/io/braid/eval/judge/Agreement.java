package io.braid.eval.judge;

import java.util.OptionalDouble;

/**
 * How far two judges of the same responses agree.
 *
 * @param bothRight responses that both call right
 * @param onlyFirst that only the first calls right
 * @param onlySecond that only the second calls right
 * @param bothWrong that both call wrong
 */
public record Agreement(int bothRight, int onlyFirst, int onlySecond, int bothWrong) {
  /** Of no responses. */
  public static final Agreement NONE = new Agreement(0, 0, 0, 0);

  /** With one response more. */
  public Agreement and(boolean first, boolean second) {
    return new Agreement(
        bothRight + (first && second ? 1 : 0),
        onlyFirst + (first && !second ? 1 : 0),
        onlySecond + (!first && second ? 1 : 0),
        bothWrong + (first || second ? 0 : 1));
  }

  /** How many responses. */
  public int count() {
    return bothRight + onlyFirst + onlySecond + bothWrong;
  }

  /** The share of responses that both call the same; none without responses. */
  public OptionalDouble share() {
    return count() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((bothRight + bothWrong) / (double) count());
  }

  /**
   * Cohen's κ = (p_o − p_e) / (1 − p_e): the share of agreement p_o beyond p_e, that of two judges
   * who call as many right as these but by lot (Cohen 1960, Educational and Psychological
   * Measurement 20(1)). None where p_e is 1: both call all right, or all wrong.
   */
  public OptionalDouble kappa() {
    long n = count();
    long first = bothRight + (long) onlyFirst;
    long second = bothRight + (long) onlySecond;
    long byChance = first * second + (n - first) * (n - second); // n² p_e
    if (byChance == n * n) {
      return OptionalDouble.empty();
    }
    long observed = n * (bothRight + (long) bothWrong); // n² p_o
    return OptionalDouble.of((observed - byChance) / (double) (n * n - byChance));
  }
}

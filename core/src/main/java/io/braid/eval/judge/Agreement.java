package io.braid.eval.judge;

import java.util.OptionalDouble;

/**
 * Counts the agreement of two judges on the same responses.
 *
 * @param bothCorrect number of responses that both judges call correct
 * @param onlyFirst number of responses that only the first judge calls correct
 * @param onlySecond number of responses that only the second judge calls correct
 * @param bothWrong number of responses that both judges call wrong
 */
public record Agreement(int bothCorrect, int onlyFirst, int onlySecond, int bothWrong) {
  /** The counts for no responses, all of them 0. */
  public static final Agreement NONE = new Agreement(0, 0, 0, 0);

  /** Returns the counts with one more response. */
  public Agreement and(boolean first, boolean second) {
    return new Agreement(
        bothCorrect + (first && second ? 1 : 0),
        onlyFirst + (first && !second ? 1 : 0),
        onlySecond + (!first && second ? 1 : 0),
        bothWrong + (first || second ? 0 : 1));
  }

  /** Returns the number of responses. */
  public int count() {
    return bothCorrect + onlyFirst + onlySecond + bothWrong;
  }

  /** Returns the fraction of responses on which both agree; empty without responses. */
  public OptionalDouble share() {
    return count() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((bothCorrect + bothWrong) / (double) count());
  }

  /**
   * Returns Cohen's κ = (p_o − p_e) / (1 − p_e), where p_o is the observed agreement and p_e the
   * agreement expected by chance from how often each judge says correct (Cohen 1960, Educational
   * and Psychological Measurement 20(1)). Empty if p_e is 1, that is, if both call every response
   * correct or both call every response wrong.
   */
  public OptionalDouble kappa() {
    long n = count();
    long first = bothCorrect + (long) onlyFirst;
    long second = bothCorrect + (long) onlySecond;
    long byChance = first * second + (n - first) * (n - second); // n² p_e
    if (byChance == n * n) {
      return OptionalDouble.empty();
    }
    long observed = n * (bothCorrect + (long) bothWrong); // n² p_o
    return OptionalDouble.of((observed - byChance) / (double) (n * n - byChance));
  }
}

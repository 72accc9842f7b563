package io.braid.rollout;

import java.util.Map;
import java.util.TreeMap;

/**
 * Estimates how many tokens responses still need, from the lengths of those that have ended. A
 * response that is still running counts as one that is longer than it is now (Kaplan and Meier
 * 1958). Beyond the longest response that ended, the probability of ending at the next token is
 * constant, as estimated from the longer half of those that ended.
 */
final class LengthForecast {
  private static final double NEGLIGIBLE = 1e-4;

  private final int most;
  private final TreeMap<Integer, Integer> ended = new TreeMap<>(); // number of responses by length
  private int endedCount;
  private int cut;

  /** Creates a forecast for responses of at most this number of tokens. */
  LengthForecast(int most) {
    this.most = most;
  }

  /**
   * Records a response that has ended.
   *
   * @param atLimit whether it ended only because of the limit
   */
  void ended(int length, boolean atLimit) {
    if (atLimit) {
      cut++;
    } else {
      ended.merge(length, 1, Integer::sum);
      endedCount++;
    }
  }

  /** Returns whether no response has ended, so that only an upper bound is known. */
  boolean knowsNothing() {
    return endedCount + cut == 0;
  }

  /**
   * Returns the expected number of tokens that the other responses still need, or, if no response
   * has ended, the largest possible number.
   *
   * @param running lengths of the responses that have begun
   * @param waiting number of responses that have not begun
   */
  double left(int[] running, long waiting) {
    double[] hazards = hazards(running);
    // From the back: expected[c] tokens follow if a response has c tokens and has not ended.
    double[] expected = new double[most + 1];
    for (int length = most - 1; length >= 0; length--) {
      expected[length] = 1 + (1 - hazards[length + 1]) * expected[length + 1];
    }
    double left = waiting * expected[0];
    for (int length : running) {
      left += expected[Math.min(length, most)];
    }
    return left;
  }

  /**
   * Returns the expected number of tokens until the last of the running responses ends, if their
   * lengths are independent; if no response has ended, the largest possible number.
   *
   * @param running lengths of the responses that have begun, at least one
   */
  double longest(int[] running) {
    double[] hazards = hazards(running);
    double[] survival = new double[most + 1];
    survival[0] = 1;
    for (int length = 1; length <= most; length++) {
      survival[length] = survival[length - 1] * (1 - hazards[length]);
    }
    Map<Integer, Integer> counts = new TreeMap<>(); // many are decoded together from the start
    for (int length : running) {
      counts.merge(Math.min(length, most), 1, Integer::sum);
    }
    double expected = 0;
    for (int more = 0; more < most; more++) {
      double allEnded = 1;
      for (Map.Entry<Integer, Integer> each : counts.entrySet()) {
        int length = each.getKey();
        double runs = length + more < most ? survival[length + more] / survival[length] : 0;
        allEnded *= Math.pow(1 - runs, each.getValue());
      }
      if (1 - allEnded < NEGLIGIBLE) {
        break;
      }
      expected += 1 - allEnded;
    }
    return expected;
  }

  /** Returns the probability that a response ends at each length if it has reached it. */
  private double[] hazards(int[] running) {
    double[] hazards = new double[most + 1];
    if (endedCount == 0) {
      return hazards;
    }
    TreeMap<Integer, Integer> left = new TreeMap<>(); // responses that left observation, by length
    for (int length : running) {
      left.merge(Math.min(length, most), 1, Integer::sum);
    }
    left.merge(most, cut, Integer::sum);
    ended.forEach((length, count) -> left.merge(length, count, Integer::sum));
    int atRisk = 0;
    Map.Entry<Integer, Integer> next = left.lastEntry();
    int last = ended.lastKey();
    double tail = tail(running);
    for (int length = most; length >= 1; length--) {
      while (next != null && next.getKey() >= length) {
        atRisk += next.getValue();
        next = left.lowerEntry(next.getKey());
      }
      hazards[length] = length > last ? tail : ended.getOrDefault(length, 0) / (double) atRisk;
    }
    return hazards;
  }

  private double tail(int[] running) {
    int median = median();
    long events = 0;
    long exposure = (long) cut * (most - median + 1);
    for (Map.Entry<Integer, Integer> each : ended.tailMap(median, true).entrySet()) {
      events += each.getValue();
      exposure += (long) each.getValue() * (each.getKey() - median + 1);
    }
    for (int length : running) {
      exposure += Math.max(0, length - median + 1);
    }
    return events / (double) exposure;
  }

  /** Returns the lower median of the lengths at which responses ended. */
  private int median() {
    int before = 0;
    for (Map.Entry<Integer, Integer> each : ended.entrySet()) {
      before += each.getValue();
      if (2 * before >= endedCount) {
        return each.getKey();
      }
    }
    throw new IllegalStateException("no response has ended");
  }
}

package io.braid.verify.guard;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import java.util.Arrays;
import java.util.Optional;

/**
 * Trips if a line contains the same piece of text several times in a row, as in a loop.
 *
 * @param minLength minimum length of the repeated piece, in code points
 * @param times number of repetitions in a row at which the guard trips
 */
public record Repetition(
    @Doc("Lowest length of the repeated piece, in characters.") @Default("5") int minLength,
    @Doc("Number of repetitions in a row at which the guard trips.") @Default("5") int times)
    implements Guard {
  /** Checks the numbers. */
  public Repetition {
    Check.atLeast("min_length", minLength, 1);
    Check.atLeast("times", times, 3);
  }

  @Override
  public Optional<String> complaint(String response, boolean finished) {
    return Arrays.stream(response.split("\n")).anyMatch(this::loops)
        ? Optional.of("repeats itself")
        : Optional.empty();
  }

  private boolean loops(String line) {
    int[] text = line.codePoints().toArray();
    if (text.length < (long) minLength * times) {
      return false;
    }
    Hashes hashes = new Hashes(text);
    for (int period = minLength; (long) period * times <= text.length; period++) {
      if (loops(text, hashes, period)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Wherever n equal pieces in a row begin, n − 1 of them lie on the grid of multiples of the
   * period. Single characters are compared only around such grid runs, so all periods together take
   * about n log n steps.
   */
  private boolean loops(int[] text, Hashes hashes, int period) {
    int equal = 1;
    for (int at = period; at + period <= text.length; at += period) {
      equal = hashes.same(at - period, at, period) ? equal + 1 : 1;
      boolean ends = at + 2 * period > text.length || !hashes.same(at, at + period, period);
      if (ends
          && equal >= times - 1
          && length(text, at - (equal - 1) * period, at + period, period)
              >= (long) times * period) {
        return true;
      }
    }
    return false;
  }

  /** Returns the length of the range after extending it on both sides with the same period. */
  private static int length(int[] text, int from, int to, int period) {
    int start = from;
    while (start > 0 && text[start - 1] == text[start - 1 + period]) {
      start--;
    }
    int end = to;
    while (end < text.length && text[end] == text[end - period]) {
      end++;
    }
    return end - start;
  }

  /** Polynomial hashes of all prefixes; pieces are compared by hash first and then exactly. */
  private static final class Hashes {
    private static final long BASE = 0x9E3779B97F4A7C15L;
    private final int[] text;
    private final long[] of;
    private final long[] power;

    Hashes(int[] text) {
      this.text = text;
      this.of = new long[text.length + 1];
      this.power = new long[text.length + 1];
      power[0] = 1;
      for (int i = 0; i < text.length; i++) {
        of[i + 1] = of[i] * BASE + text[i] + 1;
        power[i + 1] = power[i] * BASE;
      }
    }

    boolean same(int a, int b, int length) {
      return hash(a, length) == hash(b, length)
          && Arrays.equals(text, a, a + length, text, b, b + length);
    }

    private long hash(int from, int length) {
      return of[from + length] - of[from] * power[length];
    }
  }
}

package io.braid.verify.guard;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import java.util.Arrays;
import java.util.Optional;

/**
 * Trips where something stands several times in a row within a line: a loop.
 *
 * @param unit the fewest characters (code points) of what is repeated
 * @param times how often in a row is too often
 */
public record Repetition(
    @Doc("The fewest characters of what is repeated.") @Default("5") int unit,
    @Doc("How often in a row is too often.") @Default("5") int times)
    implements Guard {
  /** Checks the numbers. */
  public Repetition {
    Check.atLeast("unit", unit, 1);
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
    if (text.length < (long) unit * times) {
      return false;
    }
    Prints prints = new Prints(text);
    for (int period = unit; (long) period * times <= text.length; period++) {
      if (loops(text, prints, period)) {
        return true;
      }
    }
    return false;
  }

  /**
   * So many equal pieces in a row hold, wherever they begin, one piece less on the grid of
   * multiples of the period. Only around such a place do single characters need to be compared, so
   * that all periods together take about n log n.
   */
  private boolean loops(int[] text, Prints prints, int period) {
    int equal = 1;
    for (int at = period; at + period <= text.length; at += period) {
      equal = prints.same(at - period, at, period) ? equal + 1 : 1;
      boolean ends = at + 2 * period > text.length || !prints.same(at, at + period, period);
      if (ends
          && equal >= times - 1
          && length(text, at - (equal - 1) * period, at + period, period)
              >= (long) times * period) {
        return true;
      }
    }
    return false;
  }

  /** How far what is between the two goes on with the same period, on both sides. */
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

  /** Polynomial prints of all beginnings, by which pieces are compared; then exactly. */
  private static final class Prints {
    private static final long BASE = 0x9E3779B97F4A7C15L;
    private final int[] text;
    private final long[] of;
    private final long[] power;

    Prints(int[] text) {
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
      return print(a, length) == print(b, length)
          && Arrays.equals(text, a, a + length, text, b, b + length);
    }

    private long print(int from, int length) {
      return of[from + length] - of[from] * power[length];
    }
  }
}

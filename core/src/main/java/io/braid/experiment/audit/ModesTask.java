package io.braid.experiment.audit;

import io.braid.rollout.Prompt;
import io.braid.sampling.AskedProblem;
import io.braid.task.Problem;
import io.braid.task.Reference;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A problem whose answers are all the strings of one length over a short alphabet, with a reward of
 * several peaks: a mode is worth its height, a string that differs from it in one letter a share of
 * that, any other nothing.
 *
 * <p>Strings are numbered as numbers are written: the first letter counts most.
 *
 * @param letters size of the alphabet, a, b, c, …
 * @param length letters of a string
 * @param modes the peaks; no two are nearer than three letters, so that no string is near two
 */
public record ModesTask(int letters, int length, List<Mode> modes) {
  /** The share of a mode's height that a string next to it is worth. */
  public static final double SLOPE = 0.8;

  private static final int APART = 3;
  private static final int LARGEST_ALPHABET = 26;

  /**
   * A peak.
   *
   * @param text the string
   * @param height its reward
   */
  public record Mode(String text, double height) {}

  /** Checks that the modes are strings of the task and lie apart. */
  public ModesTask {
    modes = List.copyOf(modes);
    if (letters < 2 || letters > LARGEST_ALPHABET || length < 1) {
      throw new IllegalArgumentException(letters + " letters, length " + length);
    }
    for (int m = 0; m < modes.size(); m++) {
      String text = modes.get(m).text();
      if (text.length() != length || text.chars().anyMatch(c -> c < 'a' || c >= 'a' + letters)) {
        throw new IllegalArgumentException("no string of the task: " + text);
      }
      if (modes.subList(0, m).stream().anyMatch(mode -> distance(mode.text(), text) < APART)) {
        throw new IllegalArgumentException("too near another mode: " + text);
      }
    }
  }

  /**
   * A task with modes at random places.
   *
   * @param heights one a mode
   * @param seed of the places
   */
  public static ModesTask planted(int letters, int length, List<Double> heights, long seed) {
    Random random = new Random(seed);
    List<Mode> modes = new ArrayList<>();
    int tries = 0;
    while (modes.size() < heights.size()) {
      String text =
          letters(IntStream.range(0, length).mapToLong(i -> random.nextInt(letters)).toArray());
      if (modes.stream().allMatch(mode -> distance(mode.text(), text) >= APART)) {
        modes.add(new Mode(text, heights.get(modes.size())));
      } else if (++tries > 10_000) {
        throw new IllegalArgumentException("no room for " + heights.size() + " modes");
      }
    }
    return new ModesTask(letters, length, modes);
  }

  /** How many strings there are. */
  public int strings() {
    return (int) Math.pow(letters, length);
  }

  /** The letters of a string, by their places in the alphabet. */
  public long[] ids(int string) {
    long[] ids = new long[length];
    int rest = string;
    for (int t = length - 1; t >= 0; t--) {
      ids[t] = rest % letters;
      rest /= letters;
    }
    return ids;
  }

  /** A string as text. */
  public String text(int string) {
    return letters(ids(string));
  }

  /** The number of a string. */
  public int number(String text) {
    return text.chars().reduce(0, (number, c) -> number * letters + (c - 'a'));
  }

  /** What a string is worth. */
  public double reward(String text) {
    OptionalInt near = modeNear(text);
    if (near.isEmpty()) {
      return 0;
    }
    Mode mode = modes.get(near.getAsInt());
    return mode.text().equals(text) ? mode.height() : SLOPE * mode.height();
  }

  /** The mode that a string is or differs from in one letter. */
  public OptionalInt modeNear(String text) {
    return IntStream.range(0, modes.size())
        .filter(m -> text.length() == length && distance(modes.get(m).text(), text) <= 1)
        .findFirst();
  }

  /** What every string is worth: [strings]. */
  public double[] rewards() {
    return IntStream.range(0, strings()).mapToDouble(string -> reward(text(string))).toArray();
  }

  // ---- as the trainer takes it ----------------------------------------------------------------

  /**
   * The one problem. Its prompt is the letter a, so that the model needs no token but letters, and
   * every response of {@link #length} tokens is a string.
   */
  public AskedProblem problem() {
    return new AskedProblem(
        new Problem("modes", "a", new Reference.Text(modes.getFirst().text())),
        new Prompt("modes", prompt()));
  }

  /** The prompt's tokens. */
  public long[] prompt() {
    return new long[] {0};
  }

  /** Pays for each string what it is worth; only the modes themselves are right. */
  public Verifier verifier() {
    return submission -> {
      String response = submission.response();
      return new Verdict(
          reward(response),
          modes.stream().anyMatch(mode -> mode.text().equals(response)),
          Optional.of(response),
          "looked up");
    };
  }

  /** Letters by their places in the alphabet, as text. */
  public static String letters(long[] ids) {
    StringBuilder text = new StringBuilder();
    Arrays.stream(ids).forEach(id -> text.append((char) ('a' + id)));
    return text.toString();
  }

  private static int distance(String a, String b) {
    return (int) IntStream.range(0, a.length()).filter(i -> a.charAt(i) != b.charAt(i)).count();
  }
}

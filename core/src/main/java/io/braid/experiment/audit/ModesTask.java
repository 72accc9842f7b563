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
 * A task whose answers are all strings of one length over a short alphabet, with a reward that has
 * several modes: a mode's reward is its height, a string that differs from a mode in one letter
 * gets the fraction {@link #SLOPE} of this height, and any other string gets 0.
 *
 * <p>Strings are numbered lexicographically: the first letter is the most significant digit.
 *
 * @param letters size of the alphabet a, b, c, …
 * @param length number of letters of a string
 * @param modes the modes; any two differ in at least three letters, so no string is next to two
 *     modes
 */
public record ModesTask(int letters, int length, List<Mode> modes) {
  /** Reward of a mode's neighbours as a fraction of its height. */
  public static final double SLOPE = 0.8;

  private static final int APART = 3;
  private static final int LARGEST_ALPHABET = 26;

  /**
   * A mode of the reward.
   *
   * @param text the string
   * @param height its reward
   */
  public record Mode(String text, double height) {}

  /** Checks that the modes are strings of the task and far enough apart. */
  public ModesTask {
    modes = List.copyOf(modes);
    if (letters < 2 || letters > LARGEST_ALPHABET || length < 1) {
      throw new IllegalArgumentException(letters + " letters, length " + length);
    }
    for (int m = 0; m < modes.size(); m++) {
      String text = modes.get(m).text();
      if (text.length() != length || text.chars().anyMatch(c -> c < 'a' || c >= 'a' + letters)) {
        throw new IllegalArgumentException("not a string of the task: " + text);
      }
      if (modes.subList(0, m).stream().anyMatch(mode -> distance(mode.text(), text) < APART)) {
        throw new IllegalArgumentException("too close to another mode: " + text);
      }
    }
  }

  /**
   * Creates a task with random modes.
   *
   * @param heights one height per mode
   * @param seed seed of the modes' strings
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
        throw new IllegalArgumentException(
            "cannot place " + heights.size() + " modes far enough apart");
      }
    }
    return new ModesTask(letters, length, modes);
  }

  /** Returns the number of strings. */
  public int strings() {
    return (int) Math.pow(letters, length);
  }

  /** Returns the letters of a string as indices in the alphabet. */
  public long[] ids(int string) {
    long[] ids = new long[length];
    int rest = string;
    for (int t = length - 1; t >= 0; t--) {
      ids[t] = rest % letters;
      rest /= letters;
    }
    return ids;
  }

  /** Returns a string as text. */
  public String text(int string) {
    return letters(ids(string));
  }

  /** Returns the number of a string. */
  public int number(String text) {
    return text.chars().reduce(0, (number, c) -> number * letters + (c - 'a'));
  }

  /** Returns the reward of a string. */
  public double reward(String text) {
    OptionalInt near = modeNear(text);
    if (near.isEmpty()) {
      return 0;
    }
    Mode mode = modes.get(near.getAsInt());
    return mode.text().equals(text) ? mode.height() : SLOPE * mode.height();
  }

  /** Returns the mode that a string equals or differs from in one letter. */
  public OptionalInt modeNear(String text) {
    return IntStream.range(0, modes.size())
        .filter(m -> text.length() == length && distance(modes.get(m).text(), text) <= 1)
        .findFirst();
  }

  /** Returns the reward of every string: [strings]. */
  public double[] rewards() {
    return IntStream.range(0, strings()).mapToDouble(string -> reward(text(string))).toArray();
  }

  // ---- for the trainer ------------------------------------------------------------------------

  /**
   * Returns the task's only problem. Its prompt is the letter a, so the vocabulary consists of
   * letters only, and every response of {@link #length} tokens is a string.
   */
  public AskedProblem problem() {
    return new AskedProblem(
        new Problem("modes", "a", new Reference.Text(modes.getFirst().text())),
        new Prompt("modes", prompt()));
  }

  /** Returns the prompt's tokens. */
  public long[] prompt() {
    return new long[] {0};
  }

  /** Returns a verifier that gives each string its reward; only modes count as correct. */
  public Verifier verifier() {
    return submission -> {
      String response = submission.response();
      return new Verdict(
          reward(response),
          modes.stream().anyMatch(mode -> mode.text().equals(response)),
          Optional.of(response),
          "reward of the string");
    };
  }

  /** Returns letters, given as indices in the alphabet, as text. */
  public static String letters(long[] ids) {
    StringBuilder text = new StringBuilder();
    Arrays.stream(ids).forEach(id -> text.append((char) ('a' + id)));
    return text.toString();
  }

  private static int distance(String a, String b) {
    return (int) IntStream.range(0, a.length()).filter(i -> a.charAt(i) != b.charAt(i)).count();
  }
}

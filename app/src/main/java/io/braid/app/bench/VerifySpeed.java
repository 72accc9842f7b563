package io.braid.app.bench;

import io.braid.math.MathAnswers;
import io.braid.math.Strictness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures the speed of comparing mathematical answers.
 *
 * @param perSecond ordinary comparisons per second of all threads together
 * @param mutatedMs times of comparing random and mutated answers in milliseconds, sorted
 */
public record VerifySpeed(double perSecond, double[] mutatedMs) {
  private static final long SEED = 17;
  private static final int WARM_UP = 20_000;
  private static final int LONGEST_RANDOM = 40;

  /** References like those in public data sets, with answers. */
  private static final List<List<String>> ORDINARY =
      List.of(
          List.of("42", "42"),
          List.of("113", "113"),
          List.of("025", "25"),
          List.of("204", "203"),
          List.of("18", "18.0"),
          List.of("1,000", "1000"),
          List.of("70000", "\\$70{,}000"),
          List.of("\\frac{3}{4}", "\\dfrac{3}{4}"),
          List.of("\\frac{14}{3}", "4\\frac{2}{3}"),
          List.of("0.5", "\\frac12"),
          List.of("2\\sqrt{3}", "\\sqrt{12}"),
          List.of("3\\sqrt{13}", "3\\sqrt{14}"),
          List.of("\\frac{\\pi}{6}", "\\pi/6"),
          List.of("28\\%", "28"),
          List.of("90^\\circ", "90"),
          List.of("(3, \\frac{\\pi}{2})", "\\left(3, \\frac{\\pi}{2}\\right)"),
          List.of("p - q", "p-q"),
          List.of("x^2 + 7x + 10", "(x+2)(x+5)"),
          List.of("[-2, 7)", "[-2,7)"),
          List.of("(-\\infty, 2]", "x \\le 2"),
          List.of("1 \\pm \\sqrt{19}", "1+\\sqrt{19}, 1-\\sqrt{19}"),
          List.of("6 - 5i", "6-5i"),
          List.of("\\text{Evelyn}", "\\text{Evelyn}"),
          List.of("\\text{(C)}", "C"),
          List.of("1.39 \\times 10^{9}", "1.39e9"),
          List.of(
              "\\begin{pmatrix} -1/3 \\\\ 2/3 \\end{pmatrix}",
              "\\begin{pmatrix}-\\frac13\\\\ \\frac23\\end{pmatrix}"));

  private static final String REASONING =
      "We set up the equation $2x + 3 = 17$ and see that $x = 7$, so that half of it is 3.5. "
          .repeat(12);

  private static final List<String> PIECES =
      List.of(
          "\\frac",
          "{",
          "}",
          "(",
          ")",
          "[",
          "]",
          "\\{",
          "\\}",
          "^",
          "_",
          "9",
          "10",
          "99999",
          "1e9",
          "!",
          "\\sqrt",
          "\\sin",
          "\\log",
          "\\ln",
          "\\pi",
          "e",
          "i",
          "x",
          "n",
          "+",
          "-",
          "*",
          "/",
          "=",
          "<",
          "\\le",
          "\\in",
          "\\cup",
          ",",
          ";",
          "\\text{and}",
          " or ",
          "\\pm",
          "|",
          "\\%",
          "$",
          "\\boxed{",
          "\\begin{pmatrix}",
          "\\end{pmatrix}",
          "&",
          "\\\\",
          "\\infty",
          ":",
          ".",
          "the answer is ",
          "####",
          "<answer>",
          "</answer>",
          "\u0000",
          "\ud800",
          "²",
          "\\left",
          "\\right",
          "\\binom",
          "\\lfloor",
          "\\rfloor",
          "\\exp",
          "\\tan",
          "\\arcsin",
          "'",
          "0.",
          "^\\circ",
          "10^",
          "9^9^9",
          "\\mathrm{",
          "\\text{",
          "\n",
          "\\over");

  /**
   * Runs ordinary comparisons on all threads, then random and mutated comparisons on one thread.
   */
  public static VerifySpeed measure(int comparisons, int mutated, int threads) {
    ordinary(WARM_UP, 1);
    return new VerifySpeed(ordinary(comparisons, threads), mutated(mutated));
  }

  private static double ordinary(int comparisons, int threads) {
    long start = System.nanoTime();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        running.add(pool.submit(() -> compareAll(comparisons / threads)));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
    return comparisons / ((System.nanoTime() - start) / 1e9);
  }

  private static void compareAll(int comparisons) {
    for (int i = 0; i < comparisons; i++) {
      List<String> pair = ORDINARY.get(i % ORDINARY.size());
      String response = REASONING + "Therefore the answer is $\\boxed{" + pair.get(1) + "}$.";
      MathAnswers.compare(pair.getFirst(), response, Strictness.LENIENT);
    }
  }

  private static double[] mutated(int count) {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] ms = new double[count];
    for (int i = 0; i < count; i++) {
      String gold = ORDINARY.get(random.nextInt(ORDINARY.size())).get(random.nextInt(2));
      String answer = random.nextInt(3) == 0 ? random(random) : mutated(gold, random);
      Strictness strictness = random.nextBoolean() ? Strictness.STRICT : Strictness.LENIENT;
      long start = System.nanoTime();
      MathAnswers.compare(random.nextInt(4) == 0 ? answer : gold, answer + " ", strictness);
      ms[i] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(ms);
    return ms;
  }

  private static String random(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(LONGEST_RANDOM); i >= 0; i--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }

  private static String mutated(String answer, SplittableRandom random) {
    StringBuilder text = new StringBuilder(answer);
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(text.length() + 1);
      int to = Math.min(text.length(), at + random.nextInt(6));
      switch (random.nextInt(4)) {
        case 0 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
        case 1 -> text.delete(at, to);
        case 2 -> text.insert(at, text.substring(at, to).repeat(random.nextInt(8)));
        default -> text.insert(at, (char) random.nextInt(32, 0x3000));
      }
    }
    return text.toString();
  }

  /**
   * Returns the time in milliseconds within which this fraction of the mutated comparisons
   * finished.
   */
  public double quantileMs(double share) {
    int place = (int) Math.ceil(share * mutatedMs.length) - 1;
    return mutatedMs[Math.max(0, Math.min(mutatedMs.length - 1, place))];
  }
}

package io.braid.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Answers of many kinds, sampled with a fixed seed: other spellings are equal, near misses are not.
 */
class GeneratedAnswersTest {
  private static final int OF_EACH_KIND = 40;
  private static final List<String> NOUNS =
      List.of("apples", "red marbles", "ways to sit", "distinct real roots", "cups of feed");

  /**
   * A reference.
   *
   * @param gold as it is written
   * @param same other spellings that both modes accept
   * @param other answers that neither mode accepts
   */
  record Sample(String gold, List<String> same, List<String> other) {}

  static Stream<Sample> samples() {
    SplittableRandom random = new SplittableRandom(17);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < OF_EACH_KIND; i++) {
      samples.add(whole(random));
      samples.add(decimal(random));
      samples.add(fraction(random));
      samples.add(surd(random));
      samples.add(complex(random));
      samples.add(angle(random));
      samples.add(interval(random));
      samples.add(inequality(random));
      samples.add(list(random));
      samples.add(point(random));
      samples.add(polynomial(random));
      samples.add(line(random));
      samples.add(measured(random));
      samples.add(based(random));
    }
    return samples.stream();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void otherSpellingsAreEqualAndNearMissesAreNot(Sample sample) {
    for (Strictness strictness : Strictness.values()) {
      assertThat(equal(sample.gold, sample.gold, strictness)).as(sample.gold).isTrue();
      for (String same : sample.same) {
        assertThat(equal(sample.gold, same, strictness)).as("%s %s", strictness, same).isTrue();
      }
      for (String other : sample.other) {
        assertThat(equal(sample.gold, other, strictness)).as("%s %s", strictness, other).isFalse();
      }
    }
  }

  private static boolean equal(String gold, String answer, Strictness strictness) {
    return MathAnswers.compare(gold, "so \\boxed{" + answer + "}", strictness).equal();
  }

  private static int not(int zero, SplittableRandom random, int most) {
    int value;
    do {
      value = random.nextInt(-most, most + 1);
    } while (value == zero);
    return value;
  }

  private static Sample whole(SplittableRandom random) {
    int n = random.nextInt(2, 100_000);
    String noun = NOUNS.get(random.nextInt(NOUNS.size()));
    int a = random.nextInt(1, n);
    return new Sample(
        "" + n,
        List.of(
            n + ".0",
            String.format(Locale.ROOT, "%,d", n),
            n + "\\text{ " + noun + "}",
            "x = " + n,
            "\\text{the total is } " + n,
            n + ",00",
            a + " + " + (n - a) + " = " + n),
        List.of(
            "-" + n,
            "" + (n + 1),
            n + ".001",
            n + "0",
            a + " + " + (n - a),
            3 * n + " / 3.0",
            n + "\\text{ or " + (n + 1) + "}",
            n + ", " + (n + 1),
            "x > " + n,
            n + "\\text{ and a half}",
            n + "i",
            "\\text{not } " + n));
  }

  private static Sample decimal(SplittableRandom random) {
    int whole = random.nextInt(1, 900);
    int part = 10 * random.nextInt(10, 100) + random.nextInt(1, 10);
    String gold = whole + "." + part;
    int thousandths = 1000 * whole + part;
    return new Sample(
        gold,
        List.of(
            gold + "0",
            gold + "000000000000001",
            "\\frac{" + reduced(thousandths, 1000) + "}",
            whole + "{,}" + "" + (part / 10) + (part % 10) + "0",
            gold + "\\text{ cm}"),
        List.of("-" + gold, whole + "." + (part + 1), (whole + 1) + "." + part, "" + whole));
  }

  private static String reduced(int above, int below) {
    int a = above;
    int b = below;
    while (b != 0) {
      int rest = a % b;
      a = b;
      b = rest;
    }
    return above / a + "}{" + below / a;
  }

  private static Sample fraction(SplittableRandom random) {
    int below = List.of(7, 11, 13, 17).get(random.nextInt(4));
    int above = random.nextInt(1, 4) * below + random.nextInt(1, below);
    String gold = "\\frac{" + above + "}{" + below + "}";
    return new Sample(
        gold,
        List.of(
            above + "/" + below,
            "\\dfrac{" + above + "}{" + below + "}",
            above / below + "\\frac{" + above % below + "}{" + below + "}",
            "-\\frac{" + -above + "}{" + below + "}",
            "\\text{\\frac{" + above + "}{" + below + "}}"),
        List.of(
            "-" + gold,
            "\\frac{" + below + "}{" + above + "}",
            "\\frac{" + (above + 1) + "}{" + below + "}",
            "" + above / below,
            above - 1 + "/" + below + "+ 1/" + below,
            "(" + above + "/3)/(" + below + "/3)"));
  }

  private static Sample surd(SplittableRandom random) {
    int a = not(0, random, 9);
    int b = random.nextInt(2, 9);
    int c = List.of(2, 3, 5, 7).get(random.nextInt(4));
    String gold = a + "+" + b + "\\sqrt{" + c + "}";
    return new Sample(
        gold,
        List.of(
            b + "\\sqrt{" + c + "} + " + a,
            a + "+\\sqrt{" + b * b * c + "}",
            a + "+\\sqrt{" + c + "}\\cdot " + b),
        List.of(
            a + "-" + b + "\\sqrt{" + c + "}",
            a + "+" + b + "\\sqrt{" + (c + 1) + "}",
            a + 1 + "+" + b + "\\sqrt{" + c + "}",
            b + "\\sqrt{" + c + "}",
            a + 20 + "- 20 +" + b + "\\sqrt{" + c + "}",
            a + "+" + (b - 1) + "\\sqrt{" + c + "} + \\sqrt{" + c + "}"));
  }

  private static Sample complex(SplittableRandom random) {
    int a = not(0, random, 9);
    int b = random.nextInt(2, 9);
    return new Sample(
        a + "+" + b + "i",
        List.of(b + "i+" + a, a + "+" + b + " i", "z = " + a + "+" + b + "\\cdot i"),
        List.of(
            a + "-" + b + "i",
            b + "+" + a + 1 + "i",
            a + "+" + b,
            a + 20 + "+" + b + "i - 20",
            a + "+" + (b - 1) + "i + i"));
  }

  private static Sample angle(SplittableRandom random) {
    int below = List.of(3, 4, 5, 6, 8, 9, 12).get(random.nextInt(7));
    return new Sample(
        "\\frac{\\pi}{" + below + "}",
        List.of("\\pi/" + below, "\\frac{1}{" + below + "}\\pi", "\\frac{π}{" + below + "}"),
        List.of(
            "-\\frac{\\pi}{" + below + "}",
            "\\frac{\\pi}{" + (below + 1) + "}",
            "\\frac{2\\pi}{" + below + "}",
            String.format(Locale.ROOT, "%.2f", Math.PI / below)));
  }

  private static Sample interval(SplittableRandom random) {
    int a = random.nextInt(-9, 9);
    int b = a + random.nextInt(1, 9);
    return new Sample(
        "[" + a + "," + b + ")",
        List.of(
            "\\left[ " + a + ", " + b + " \\right)",
            "[" + a + ";" + b + ")",
            a + " \\le x < " + b,
            b + " > x \\ge " + a,
            "x \\in [" + a + "," + b + ")"),
        List.of(
            "(" + a + "," + b + ")",
            "[" + a + "," + b + "]",
            "(" + a + "," + b + "]",
            "[" + a + "," + (b + 1) + ")",
            a + " < x < " + b,
            a + " \\le x",
            "[" + a + ",\\infty)"));
  }

  private static Sample inequality(SplittableRandom random) {
    int a = not(0, random, 20);
    return new Sample(
        "x \\le " + a,
        List.of("x <= " + a, a + " \\ge x", "(-\\infty, " + a + "]", "x\\leqslant " + a),
        List.of(
            "x < " + a,
            "x \\ge " + a,
            "x > " + a,
            "x \\le " + (a + 1),
            "" + a,
            "y \\le " + a,
            "[" + a + ",\\infty)"));
  }

  private static Sample list(SplittableRandom random) {
    int a = not(0, random, 20);
    int b = a + random.nextInt(1, 20);
    int c = b + random.nextInt(1, 20);
    return new Sample(
        a + ", " + b + ", " + c,
        List.of(
            c + ", " + a + ", " + b,
            "\\{" + b + ", " + a + ", " + c + "\\}",
            a + ", " + b + " \\text{ and } " + c,
            "x = " + a + " \\text{ or } x = " + b + "\\text{ or } x = " + c),
        List.of(
            a + ", " + b,
            a + ", " + b + ", " + c + ", " + (c + 1),
            a + ", " + b + ", " + (c + 1),
            a + ", " + a + ", " + b,
            a + ", " + b + ", \\ldots"));
  }

  private static Sample point(SplittableRandom random) {
    int a = not(0, random, 20);
    int b = not(a, random, 20);
    return new Sample(
        "(" + a + "," + b + ")",
        List.of(
            "\\left(" + a + ",\\, " + b + "\\right)",
            "(x,y) = (" + a + "," + b + ")",
            "x = " + a + ", y = " + b,
            "y = " + b + ", x = " + a),
        List.of(
            "(" + b + "," + a + ")",
            "(" + a + "," + b + ",0)",
            "(" + a + "," + (b + 1) + ")",
            "\\{" + a + "," + b + "\\}",
            "x = " + b + ", y = " + a,
            "" + a));
  }

  private static Sample polynomial(SplittableRandom random) {
    int a = not(0, random, 9);
    int b = not(0, random, 9);
    String gold = "(x+" + a + ")(x+" + b + ")";
    return new Sample(
        gold,
        List.of(
            "(x+" + b + ")(x+" + a + ")",
            "x^2+(" + (a + b) + ")x+(" + a * b + ")",
            "x^{2}+" + (a + b) + "x+" + a * b,
            "y = " + gold),
        List.of(
            "(x+" + a + ")(x+" + (b + 1) + ")",
            "x^2+(" + (a + b) + ")x+(" + (a * b + 1) + ")",
            "x^3+(" + (a + b) + ")x+(" + a * b + ")",
            gold + "+ x - 2"));
  }

  private static Sample line(SplittableRandom random) {
    int a = not(0, random, 9);
    int b = not(0, random, 9);
    return new Sample(
        "y = " + a + "x+" + b,
        List.of(
            "y = " + b + "+" + a + "x",
            a + "x - y + " + b + " = 0",
            "2y = " + 2 * a + "x+" + 2 * b),
        List.of(
            "y = " + a + "x-" + b,
            "y = " + (a + 1) + "x+" + b,
            "y > " + a + "x+" + b,
            "y = " + a + "x^2+" + b));
  }

  private static Sample measured(SplittableRandom random) {
    int n = random.nextInt(2, 500);
    return new Sample(
        n + "\\text{ m/s}",
        List.of(
            n + "",
            n + "\\text{ meters per second}",
            n + " \\frac{\\text{m}}{\\text{s}}",
            n + "\\ \\mathrm{m\\cdot s^{-1}}"),
        List.of(
            n + "\\text{ m}",
            n + "\\text{ m s}",
            n + "\\text{ km/h}",
            n + 1 + "\\text{ m/s}",
            "-" + n + "\\text{ m/s}"));
  }

  private static Sample based(SplittableRandom random) {
    int n = random.nextInt(9, 500);
    String digits = Integer.toString(n, 7);
    return new Sample(
        digits + "_7",
        List.of(digits + "_{7}", "(" + digits + ")_7", digits),
        List.of(digits + "_8", Integer.toString(n + 1, 7) + "_7", digits + "0_7"));
  }
}

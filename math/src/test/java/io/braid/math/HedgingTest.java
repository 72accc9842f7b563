package io.braid.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A response that names, boxes, lists or hides several answers is correct for one reference at
 * most: 500 sampled responses against 100 references; every fifth response unless {@code
 * -Dbraid.fresh=true}.
 */
class HedgingTest {
  private static final int RESPONSES = 500;
  private static final int REFERENCES = 100;

  /** References, grouped by kind; a response names several of one kind. */
  private static final List<List<String>> KINDS = kinds();

  private static final List<String> TEMPLATES =
      """
      The answer is @a or @b.
      The answer is either @a or @b.
      The answer is @a, or maybe @b.
      The answer is @a. Or is it @b?
      The answer is @a and @b and @c.
      The answer is @a, @b, @c.
      The answer is @a / @b.
      The answer is not @a but @b.
      The answer is not @a. It is @b.
      The answer is @a. The answer is @b.
      The answer is @a (or @b).
      The answer is @a, not @b.
      The answer is between @a and @b.
      The answer could be @a, it could be @b, it could be @c.
      Final answer: @a⏎Final answer: @b
      Final answer: @a @b
      Answer: @a⏎⏎@b
      Answer: @a; Answer: @b
      # Answer⏎⏎@a⏎⏎# Answer⏎⏎@b
      It is @a or @b.
      It is @a, maybe @b, perhaps @c.
      Either @a or @b
      @a or @b
      @a, @b
      @a, @b or @c
      @a; @b; @c
      @a @b @c
      @a⏎@b⏎@c
      @a | @b
      @a and/or @b
      1. @a⏎2. @b⏎3. @c
      (i) @a (ii) @b
      Maybe @a. Maybe @b.
      So we get $@a$ or $@b$.
      So we get $@a$. Hence $@b$.
      So $@a = @b$.
      \\boxed{@a} \\boxed{@b}
      \\boxed{@a}, \\boxed{@b}
      \\boxed{@a} or \\boxed{@b}
      \\boxed{@a}. If that is wrong, \\boxed{@b}.
      \\boxed{@a, @b}
      \\boxed{@a \\text{ or } @b}
      \\boxed{@a \\text{ and } @b}
      \\boxed{\\text{@a or }@b}
      \\boxed{\\text{either @a or @b}}
      \\boxed{\\text{It is @a or perhaps @b}}
      \\boxed{@a \\text{ (or } @b\\text{)}}
      \\boxed{@a\\text{, not }@b}
      \\boxed{@a = @b}
      \\boxed{@a \\mid @b}
      \\boxed{@a \\\\ @b}
      \\boxed{@a \\; @b}
      \\boxed{@a \\quad @b}
      \\boxed{\\{@a, @b\\}}
      \\boxed{@a\\phantom{@b}}
      \\boxed{\\phantom{@a}@b}
      \\boxed{@a \\tag{@b}}
      \\boxed{\\boxed{@a} @b}
      \\boxed{@a} <!-- @b -->
      \\boxed{@a}⏎#### @b
      \\boxed{@a}⏎The answer is: @b
      \\boxed{@a}⏎The final answer is @b.
      \\boxed{@a}⏎<answer>@b</answer>
      \\fbox{@a} \\framebox{@b}
      <answer>@a</answer><answer>@b</answer>
      <answer>@a or @b</answer>
      <answer>@a, @b, @c</answer>
      <answer>It is @a or @b.</answer>
      <answer>The answer is @a. The answer is @b.</answer>
      <answer>\\boxed{@a}</answer> \\boxed{@b}
      <answer>not @a, rather @b</answer>
      <answer>@a <answer>@b</answer></answer>
      <think>@a</think> <answer>@b</answer>
      #### @a⏎#### @b
      #### @a or @b
      #### @a @b
      {"answer": "@a", "answer": "@b"}
      {"answer": ["@a", "@b"]}
      ```⏎@a⏎```⏎```⏎@b⏎```
      **@a** or **@b**
      Step 1: @a⏎Step 2: @b
      (A) @a (B) @b
      The answer is (A) @a or (B) @b.
      A) @a⏎B) @b
      \\boxed{A, @a}
      \\boxed{@a, B}
      @a, so the answer is C, or @b.
      Is the answer @a? Is it @b?
      The answer is @a? No, @b. Wait, @c.
      \\begin{cases} @a \\\\ @b \\end{cases}
      @a if it rains, else @b
      I think @a is right, but @b may be as well.
      @a is wrong. @b is wrong.
      """
          .lines()
          .map(line -> line.replace('⏎', '\n'))
          .toList();

  private static List<List<String>> kinds() {
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      numbers.add(String.valueOf(3 + 7 * i));
    }
    numbers.addAll(List.of("-4", "-15", "-37", "-200", "1500", "20000", "123456", "0.35", "2.75"));
    numbers.addAll(List.of("0.008", "6.4", "19.99", "3.8", "\\frac{1}{3}", "\\frac{5}{7}"));
    numbers.addAll(List.of("\\frac{17}{4}", "\\frac{2}{9}", "-\\frac{3}{8}", "\\frac{13}{6}"));
    List<String> formulas =
        List.of(
            "\\sqrt{2}",
            "3\\sqrt{5}",
            "\\pi",
            "2\\pi",
            "x^2+1",
            "2x-3",
            "e^x",
            "\\ln 7",
            "a+b",
            "\\frac{x}{3}",
            "n(n+1)",
            "\\sin x");
    List<String> letters = List.of("A", "B", "C", "D", "E");
    List<String> words =
        List.of("Monday", "Friday", "Evelyn", "Charles", "yellow", "purple", "triangle", "hexagon");
    List<String> lists = List.of("3, 8", "1, 4, 9", "12, 13", "2, 6, 20", "5, 11");
    List<String> tuples = List.of("(1,2)", "(3,-1)", "(0,6)", "(4,5,6)", "(-2,9)", "(7,7)");
    List<String> sets = List.of("[0,5]", "(-\\infty,3)", "[2,\\infty)", "x>8", "(1,4]");
    return List.of(numbers, formulas, letters, words, lists, tuples, sets);
  }

  private static List<String> references() {
    return KINDS.stream().flatMap(List::stream).toList();
  }

  /** Half of them of numbers, the others of the other kinds in turn. */
  private static List<String> responses() {
    Random random = new Random(17);
    Set<String> responses = new LinkedHashSet<>();
    for (int i = 0; responses.size() < RESPONSES; i++) {
      List<String> kind = i % 2 == 0 ? KINDS.getFirst() : KINDS.get(1 + i / 2 % (KINDS.size() - 1));
      List<String> drawn =
          random.ints(0, kind.size()).distinct().limit(3).mapToObj(kind::get).toList();
      String template = TEMPLATES.get(random.nextInt(TEMPLATES.size()));
      responses.add(
          template
              .replace("@a", drawn.get(0))
              .replace("@b", drawn.get(1))
              .replace("@c", drawn.get(2)));
    }
    return List.copyOf(responses);
  }

  @Test
  void theReferencesDiffer() {
    List<String> references = references();
    assertThat(references).hasSize(REFERENCES).doesNotHaveDuplicates();
    for (String a : references) {
      for (String b : references) {
        boolean equal = MathAnswers.compare(a, "\\boxed{" + b + "}", Strictness.STRICT).equal();
        assertThat(equal).as("%s and %s", a, b).isEqualTo(a.equals(b));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void noResponseIsRightForTwo(Strictness strictness) {
    List<String> hedged = new ArrayList<>();
    List<String> responses = responses();
    int step = Boolean.getBoolean("braid.fresh") ? 1 : 5;
    for (int i = 0; i < responses.size(); i += step) {
      String response = responses.get(i);
      List<String> right =
          references().stream()
              .filter(gold -> MathAnswers.compare(gold, response, strictness).equal())
              .toList();
      if (right.size() > 1) {
        hedged.add(right + " ← " + response);
      }
    }
    assertThat(hedged).isEmpty();
  }
}

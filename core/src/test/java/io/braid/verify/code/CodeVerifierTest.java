package io.braid.verify.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.task.CodeTests;
import io.braid.verify.CodeSettings;
import io.braid.verify.Verdict;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CodeVerifierTest {
  private static final CodeTests SUMS =
      programs(List.of("1 2", "3 4 5", "6"), List.of("3", "12", "6"));
  private static final CodeTests SQUARE =
      assertions("", "assert square(3) == 9", "assert square(4) == 16");

  private CodeVerifier verifier;

  @BeforeAll
  void begin() {
    verifier = Sandboxed.verifier(Sandboxed.within(1));
  }

  @AfterAll
  void end() {
    if (verifier != null) {
      verifier.close();
    }
  }

  @Test
  void runsProgramsOnTheirInputs() {
    right(SUMS, "print(sum(map(int, input().split())))");
    right(SUMS, "import sys\nprint(sum(int(x) for x in sys.stdin.read().split()))");
    right(SUMS, "import os\nprint(sum(map(int, os.read(0, os.fstat(0).st_size).split())))");
    right(SUMS, "if __name__ == '__main__': print(sum(map(int, open(0).read().split())))");
    right(
        SUMS,
        "import threading\n"
            + "def main(): print(sum(map(int, input().split())))\n"
            + "threading.Thread(target=main).start()");
    wrong(SUMS, "print(3)", "test 2 of 3: wrong result");
    wrong(SUMS, "print(3)\nexit(1)", "test 1 of 3: it ended with exit code 1");
    right(programs(List.of(""), List.of("3")), "import sys\nprint(3)\nsys.exit()");
  }

  @Test
  void usesUtf8() {
    right(programs(List.of("ß→😀"), List.of("😀→ß")), "print(input()[::-1])");
    right(
        assertions("", "assert f('ß→😀\\n\\ud800') == 'ß→😀\\n\\ud800!'"),
        "def f(x): return x + '!'");
    right(calls("f", "[\"\\\"ß→😀\\\"\"]", "\"ß→😀!\""), "def f(x): return x + '!'");
    wrong(programs(List.of(""), List.of("x")), "print('\\x00\\x1b[2J')", "wrong result");
  }

  @Test
  void callsFunctionsAndMethods() {
    CodeTests tests = calls("pairs", "[\"[3, 1, 2]\", \"4\"]", "[[1, 3]]");
    String body =
        "(%sa: List[int], k: int) -> List[List[int]]:\n"
            + "%s return [(x, k - x) for x in sorted(a) if x < k - x]";
    right(tests, "def pairs" + body.formatted("", ""));
    right(tests, "class Solution:\n def pairs" + body.formatted("self, ", " "));
    wrong(tests, "def pairs(a, k): return []", "wrong result");
    wrong(tests, "def pears(a, k): return []", "NameError: there is no function pairs");
    wrong(
        tests,
        "def pairs(a, k): return {1}",
        "TypeError: Object of type set is not JSON serializable");
    wrong(
        tests,
        "def pairs(a, k):\n  x = 1\n  return y",
        "NameError: name 'y' is not defined (line 3)");
  }

  @Test
  void suppliesImportsThatCompetitionAnswersOmit() {
    CodeTests tests = calls("f", "[\"[4, 2]\"]", "[2, 4, 6, 2, Infinity]");
    right(
        tests,
        """
        class Solution:
            @cache
            def g(self, x: Optional[int]) -> int:
                return gcd(x, 4)
            def f(self, a: List[int]):
                q = deque(a); heapify(a); c = Counter(a)
                assert math.isqrt(9) == 3 and bisect_left([1, 2], 2) == 1 and pow(2, 5, 7) == 4
                return [heappop(a), q[0], list(accumulate([4, 2]))[-1], self.g(2), inf]
        """);
    wrong(
        assertions("", "assert f() == 2"),
        "def f(): return gcd(2, 4)",
        "NameError: name 'gcd' is not defined (line 1)");
  }

  @Test
  void anAnswerMayCompleteAFunctionOfThePrompt() {
    CodeTests tests =
        assertions(
            "import math\n"
                + "def up(x):\n"
                + "    return x + 1\n\n"
                + "def f(x: int) -> int:\n"
                + "    \"\"\"doc\"\"\"\n",
            "def check(candidate):\n    assert candidate(up(1)) == 3\ncheck(f)");
    right(tests, "    return up(x)\n");
    right(tests, "return up(x)\n");
    right(tests, "```python\ndef f(x):\n    return math.floor(up(x))\n```");
    wrong(tests, "    y = 1\n    return z\n", "NameError: name 'z' is not defined (line 2)");
    wrong(tests, "    return up(up(x))\n", "wrong result");
    wrong(tests, "```python\n    return (\n```", "SyntaxError: '(' was never closed (line 1)");
    right(assertions("def f(x):\n", "assert f(2) == 2"), "    return x");
  }

  @Test
  void testsUseObjectsChangedArgumentsAndExceptions() {
    String list = "class Node:\n  def __init__(self, v, n=None): self.v, self.n = v, n\n";
    right(
        assertions(list, "assert f(Node(1, Node(2))).n.v == 1"),
        "def f(a): return Node(a.n.v, Node(a.v))");
    right(
        assertions(list, "a = Node(1)\na.n = a\nassert f(a).n.v == 2"),
        "def f(a):\n  a.v = 2\n  return a");
    right(assertions("", "a = [3, 1]\nf(a)\nassert a == [1, 3]"), "def f(a): a.sort()");
    right(
        assertions("", "try:\n  f()\nexcept KeyError:\n  pass\nelse:\n  raise AssertionError"),
        "def f(): return {}[1]");
    right(
        assertions("p = P(1)\np.y = 2", "assert p.x + p.y == 3"),
        "class P:\n  def __init__(self, x): self.x = x");
    right(assertions("", "assert sum(10, 15) == 26"), "def sum(a, b): return a + b + 1");
    right(
        assertions("", "assert list(f()) == [0, 1] and f() != [0, 1]"),
        "def f(): yield from range(2)");
    right(
        assertions(
            "",
            "assert f({1: (2.5, {3}), 'a': b'x'}, k=None) == ({1: (2.5, {3}), 'a': b'x'}, None,"
                + " 1j)"),
        "def f(a, k): return a, k, 1j");
    right(
        assertions("import collections", "assert f() == collections.deque([1]) and f() != [1]"),
        "import collections\ndef f(): return collections.deque([1])");
    right(
        assertions("from fractions import Fraction", "assert f(int) == Fraction(1, 3)"),
        "from fractions import Fraction\ndef f(t): return t(1) * Fraction(1, 3)");
  }

  @Test
  void answersCannotReplaceNamesThatTestsUse() {
    String cheat = "def abs(x): return 0\ndef same(a, b): return True\ndef f(x): return 1";
    String same = "def same(a, b): return a == b\n";
    wrong(assertions("", "assert abs(f(2) - 4) < 1e-6"), cheat, "wrong result");
    wrong(assertions(same, "assert same(f(2), 4)"), cheat, "wrong result");
    String stub = same + "def f(x):\n  'doc'\n";
    wrong(assertions(stub, "assert same(f(2), 4)"), cheat, "wrong result");
    wrong(assertions(stub, "assert abs(f(2) - 4) < 1e-6"), cheat, "wrong result");
    String math = "import sys\nclass math:\n  isclose = lambda *a: True\ndef f(x): return 1";
    wrong(assertions("", "assert math.isclose(f(2), 4)"), math, "wrong result");
  }

  /** A test that is not valid Python is not the answer's fault. */
  @Test
  void testsThatCannotBeRunAreUnknown() {
    Verdict verdict =
        verifier.judge(assertions("", "assert f(1) == 1", "assert f(2 == 2"), "def f(x): return x");
    assertThat(verdict.unknown()).isTrue();
    assertThat(verdict.reward()).isZero();
    assertThat(verdict.reason()).startsWith("the tests cannot be run: SyntaxError");
    assertThat(verifier.judge(SQUARE, "def square(x) return").unknown()).isFalse();
    assertThat(verifier.judge(SQUARE, "def square(x): return 9").unknown()).isFalse();
  }

  @Test
  void reportsWhatIsWrong() {
    wrong(SQUARE, "def square(x): return 9", "test 2 of 2: wrong result");
    wrong(
        SQUARE,
        "```python\nx = 1\ndef square(x) return 9\n```",
        "SyntaxError: expected ':' (line 2)");
    wrong(
        SQUARE,
        "def square(x):\n  raise ValueError('a\\x1b[2J\\n' + 'b' * 999)",
        "test 1 of 2: ValueError: a [2J " + "b".repeat(181) + "…");
    Verdict none = verifier.judge(SQUARE, "I do not know");
    assertThat(none).isEqualTo(new Verdict(0, false, java.util.Optional.empty(), "no program"));
    assertThat(verifier.judge(SQUARE, "def square(x): return x*x # a").canonical())
        .isEqualTo(verifier.judge(SQUARE, "def square(x):  return x * x").canonical())
        .isPresent();
  }

  @Test
  void partialCreditIsTheFractionOfPassedTests() {
    CodeSettings settings = new CodeSettings(CodeSettings.Sandboxing.BUBBLEWRAP, 1, 256, true);
    try (CodeVerifier partial = Sandboxed.verifier(settings)) {
      Verdict two = partial.judge(SUMS, "a = input().split()\nprint(sum(map(int, a[:2])))");
      assertThat(two.reward()).isEqualTo(2.0 / 3);
      assertThat(two.correct()).isFalse();
      assertThat(two.reason()).isEqualTo("2 of 3 tests passed; test 2 of 3: wrong result");
      assertThat(partial.judge(SQUARE, "def square(x): return 16").reward()).isEqualTo(0.5);
      assertThat(partial.judge(SQUARE, "def square(x): return x * x").reward()).isEqualTo(1);
      Verdict late =
          partial.judge(
              SUMS, "a = input()\nwhile a[0] == '3': pass\nprint(3 if a[0] == '1' else 6)");
      assertThat(late.reward()).isEqualTo(1.0 / 3);
    }
  }

  @Test
  void aProblemMayStateItsTimeLimit() {
    CodeTests.Programs tests =
        new CodeTests.Programs(List.of(new CodeTests.Program("", "1")), OptionalDouble.of(0.25));
    wrong(tests, "while True: pass", "time limit 0.250 s");
    wrong(programs(List.of(""), List.of("1")), "while True: pass", "time limit 1.00 s");
    wrong(SQUARE, "def square(x):\n  while True: pass", "test 1 of 2: time limit 1.00 s");
  }

  @Test
  void limitsTheOutput() {
    String long_ = "x\n".repeat(3_000_000);
    right(programs(List.of(""), List.of(long_)), "print('x\\n' * 3_000_000)");
    wrong(programs(List.of(""), List.of("x")), "print('x\\n' * 3_000_000)", "output limit");
    wrong(programs(List.of(""), List.of("x")), "while True: print('x')", "output limit");
  }

  @Test
  void limitsMemory() {
    wrong(SUMS, "x = bytearray(300 << 20)", "test 1 of 3: memory limit 256 MiB");
    wrong(
        SQUARE,
        "def square(x): return len(bytearray(300 << 20))",
        "test 1 of 2: memory limit 256 MiB");
  }

  @Test
  void runsWithoutASandboxOnlyOnRequest() {
    assertThat(CodeSettings.STANDARD.sandbox()).isEqualTo(CodeSettings.Sandboxing.BUBBLEWRAP);
    CodeSettings settings = new CodeSettings(CodeSettings.Sandboxing.NONE, 1, 256, false);
    try (CodeVerifier none = new CodeVerifier(settings)) {
      assertThat(none.judge(SUMS, "print(sum(map(int, input().split())))").correct()).isTrue();
      assertThat(none.judge(SQUARE, "def square(x): return x * x").correct()).isTrue();
      assertThat(none.judge(SQUARE, "def square(x): return 9").correct()).isFalse();
      assertThat(none.judge(SUMS, "import time\nwhile True: pass").reason())
          .isEqualTo("test 1 of 3: time limit 1.00 s");
    }
  }

  @Test
  void anInterruptedThreadLeavesNoProgramRunning() throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>(new Throwable());
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                verifier.judge(SUMS, "while True: pass");
              } catch (IllegalStateException e) {
                thrown.set(e);
              }
            });
    Thread.sleep(500);
    thread.interrupt();
    thread.join(2000);
    assertThat(thrown.get()).hasMessage("interrupted while a program runs");
    right(SUMS, "print(sum(map(int, input().split())))");
  }

  @Test
  void checksTheLimits() {
    assertThatThrownBy(() -> new CodeSettings(CodeSettings.Sandboxing.NONE, 0, 256, false))
        .isInstanceOf(UserError.class);
  }

  private void right(CodeTests tests, String program) {
    assertThat(verifier.judge(tests, program).reason()).as(program).isEqualTo("correct");
  }

  private void wrong(CodeTests tests, String program, String reason) {
    Verdict verdict = verifier.judge(tests, program);
    assertThat(verdict.reason()).as(program).isEqualTo(reason);
    assertThat(verdict.reward()).isZero();
    assertThat(verdict.correct()).isFalse();
  }

  private static CodeTests programs(List<String> inputs, List<String> outputs) {
    List<CodeTests.Program> cases = new java.util.ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      cases.add(new CodeTests.Program(inputs.get(i), outputs.get(i)));
    }
    return new CodeTests.Programs(cases, OptionalDouble.empty());
  }

  private static CodeTests calls(String function, String arguments, String result) {
    List<String> each =
        List.of(
            tools.jackson.databind.json.JsonMapper.shared().readValue(arguments, String[].class));
    return new CodeTests.Calls(function, List.of(new CodeTests.Call(each, result)));
  }

  private static CodeTests assertions(String before, String... tests) {
    return new CodeTests.Assertions(before, List.of(tests));
  }
}

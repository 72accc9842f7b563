package io.braid.task;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Tests that a Python program must pass. This class only holds the data; the sandbox runs the
 * tests.
 */
public sealed interface CodeTests extends Reference
    permits CodeTests.Programs, CodeTests.Calls, CodeTests.Assertions {

  /** Returns number of tests. */
  int count();

  /**
   * Runs a whole program that reads its input and writes its output: Codeforces, CodeContests, the
   * {@code stdin} problems of LiveCodeBench.
   *
   * @param cases at least one
   * @param seconds the time limit of one run, if the problem states one
   */
  record Programs(List<Program> cases, OptionalDouble seconds) implements CodeTests {
    /** Copies the list; it must not be empty. */
    public Programs {
      cases = atLeastOne(cases);
    }

    @Override
    public int count() {
      return cases.size();
    }
  }

  /**
   * One run of a program.
   *
   * @param input its standard input
   * @param output the expected standard output
   */
  record Program(String input, String output) {}

  /**
   * Calls a function, or a method of a class {@code Solution}: LiveCodeBench's {@code functional}
   * problems, TACO and APPS with {@code fn_name}.
   *
   * @param function its name
   * @param cases at least one
   */
  record Calls(String function, List<Call> cases) implements CodeTests {
    /** Copies the list; it must not be empty. */
    public Calls {
      cases = atLeastOne(cases);
    }

    @Override
    public int count() {
      return cases.size();
    }
  }

  /**
   * One call.
   *
   * @param arguments each as JSON
   * @param result the expected result, as JSON
   */
  record Call(List<String> arguments, String result) {
    /** Copies the list. */
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * Runs Python statements that raise no exception if the program is correct: HumanEval, MBPP,
   * LeetCode.
   *
   * @param before code that precedes the answer, such as HumanEval's prompt with imports, helpers,
   *     the signature and its docstring; the answer may continue this code; may be empty
   * @param tests at least one test; each is run separately after the answer
   */
  record Assertions(String before, List<String> tests) implements CodeTests {
    /** Copies the list; it must not be empty. */
    public Assertions {
      tests = atLeastOne(tests);
    }

    @Override
    public int count() {
      return tests.size();
    }
  }

  private static <T> List<T> atLeastOne(List<T> tests) {
    if (tests.isEmpty()) {
      throw new IllegalArgumentException("no tests");
    }
    return List.copyOf(tests);
  }
}

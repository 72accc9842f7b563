package io.braid.task;

import java.util.List;
import java.util.OptionalDouble;

/** Tests that a Python program must pass. They are data here; only the sandbox runs anything. */
public sealed interface CodeTests extends Reference
    permits CodeTests.Programs, CodeTests.Calls, CodeTests.Assertions {

  /** How many tests there are. */
  int count();

  /**
   * A whole program reads a text and writes another: Codeforces, CodeContests, the {@code stdin}
   * problems of LiveCodeBench.
   *
   * @param cases at least one
   * @param seconds the limit that the problem states for one run, where it states one
   */
  record Programs(List<Program> cases, OptionalDouble seconds) implements CodeTests {
    /** Copies the list; an empty one is the caller's mistake. */
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
   * @param input what it reads
   * @param output what it must write
   */
  record Program(String input, String output) {}

  /**
   * A function, or the method of a class {@code Solution}, is called with values: LiveCodeBench's
   * {@code functional} problems, TACO and APPS with {@code fn_name}.
   *
   * @param function its name
   * @param cases at least one
   */
  record Calls(String function, List<Call> cases) implements CodeTests {
    /** Copies the list; an empty one is the caller's mistake. */
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
   * @param result what must come back, as JSON
   */
  record Call(List<String> arguments, String result) {
    /** Copies the list. */
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * Python statements that raise nothing when the program is right: HumanEval, MBPP, LeetCode.
   *
   * @param before what stands before the answer, which may go on where it ends (HumanEval's prompt:
   *     imports, helpers, the signature and its docstring); may be empty
   * @param tests each passes alone, after the answer; at least one
   */
  record Assertions(String before, List<String> tests) implements CodeTests {
    /** Copies the list; an empty one is the caller's mistake. */
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

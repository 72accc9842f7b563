package io.braid.verify.code;

import io.braid.task.CodeTests;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Runs the tests of one answer in one sandbox. */
final class TestRun {
  private static final int LEAST_OUTPUT = 4 << 20;
  private static final int MOST_OUTPUT = 64 << 20;
  private static final int MOST_WORDS = 1 << 16;
  private static final int NONCE_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SandboxProcess sandbox;
  private final Limits limits;
  private final boolean partial;
  private final List<Result> results = new ArrayList<>();

  /** A test's outcome, and whether it passed. */
  record Result(boolean passed, Outcome outcome) {}

  /**
   * The results of a test run.
   *
   * @param start outcome of loading the program
   * @param results results of the tests that were run, in order
   */
  record Report(Outcome start, List<Result> results) {}

  TestRun(SandboxProcess sandbox, Limits limits, boolean partial) {
    this.sandbox = sandbox;
    this.limits = limits;
    this.partial = partial;
  }

  Report of(CodeTests tests, String program) {
    Outcome start =
        switch (tests) {
          case CodeTests.Programs programs -> programs(programs, program);
          case CodeTests.Calls calls -> calls(calls, program);
          case CodeTests.Assertions assertions -> assertions(assertions, program);
        };
    return new Report(start, List.copyOf(results));
  }

  private void head(String kind, String function) {
    sandbox.send(
        String.join(
            "\n",
            kind,
            function,
            String.valueOf(limits.seconds()),
            String.valueOf(limits.wallSeconds()),
            String.valueOf((long) limits.memoryMb() << 20),
            String.valueOf(partial)));
  }

  private Outcome programs(CodeTests.Programs tests, String program) {
    head("programs", "");
    sandbox.send(program);
    Outcome start = reply(MOST_WORDS);
    for (int i = 0; start.ran() && goesOn() && i < tests.count(); i++) {
      CodeTests.Program each = tests.cases().get(i);
      Outcome outcome = run(each.input(), each.output());
      boolean passes = outcome.ran() && OutputComparison.same(each.output(), outcome.text());
      results.add(new Result(passes, outcome));
    }
    return start;
  }

  private Outcome calls(CodeTests.Calls tests, String program) {
    head("calls", tests.function());
    sandbox.send(program);
    Outcome start = reply(MOST_WORDS);
    for (int i = 0; start.ran() && goesOn() && i < tests.count(); i++) {
      CodeTests.Call each = tests.cases().get(i);
      String arguments = JsonMapper.shared().writeValueAsString(each.arguments());
      Outcome outcome = run(arguments, each.result());
      boolean passes = outcome.ran() && ValueComparison.same(each.result(), outcome.payload());
      results.add(new Result(passes, outcome));
    }
    return start;
  }

  private Outcome run(String input, String expected) {
    // There are only two limits, so that the limit does not reveal the expected output's length.
    int most = expected.length() < LEAST_OUTPUT / 4 ? LEAST_OUTPUT : MOST_OUTPUT;
    sandbox.send(
        new byte[] {(byte) (most >> 24), (byte) (most >> 16), (byte) (most >> 8), (byte) most});
    sandbox.send(input);
    return reply(most + MOST_WORDS);
  }

  /** Reads an outcome; if the sandbox has ended, the current test fails. */
  private Outcome reply(int most) {
    try {
      return Outcome.of(sandbox.reply(most));
    } catch (IOException e) {
      return Outcome.gone();
    }
  }

  private boolean goesOn() {
    if (results.isEmpty()) {
      return true;
    }
    Result last = results.getLast();
    return last.passed() || (partial && !last.outcome().isLast());
  }

  private Outcome assertions(CodeTests.Assertions tests, String program) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    head("assertions", "");
    sandbox.send(tests.before());
    sandbox.send(program);
    sandbox.send(String.valueOf(tests.count()));
    for (String test : tests.tests()) {
      sandbox.send(test);
    }
    sandbox.send(nonce);
    Outcome start = signed(nonce);
    for (int i = 0; start.ran() && goesOn() && i < tests.count(); i++) {
      Outcome outcome = signed(nonce);
      results.add(new Result(outcome.ran(), outcome));
    }
    return start;
  }

  /** Reads an outcome and checks its nonce, which proves that the grader sent it. */
  private Outcome signed(byte[] nonce) {
    try {
      byte[] said = sandbox.reply(MOST_WORDS);
      return said.length > NONCE_BYTES && Arrays.equals(nonce, 0, NONCE_BYTES, said, 0, NONCE_BYTES)
          ? Outcome.of(Arrays.copyOfRange(said, NONCE_BYTES, said.length))
          : Outcome.gone();
    } catch (IOException e) {
      return Outcome.gone();
    }
  }
}

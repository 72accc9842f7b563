package io.braid.verify.code;

import io.braid.task.CodeTests;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** One answer and its tests in one box. */
final class Examination {
  private static final int LEAST_OUTPUT = 4 << 20;
  private static final int MOST_OUTPUT = 64 << 20;
  private static final int MOST_WORDS = 1 << 16;
  private static final int NONCE_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final BoxProcess box;
  private final Limits limits;
  private final boolean partial;
  private final List<Result> results = new ArrayList<>();

  /** Whether a test passed, and what came of it. */
  record Result(boolean passed, Outcome outcome) {}

  /**
   * What was found.
   *
   * @param start what came of reading the program
   * @param results of the tests that were run, in their order
   */
  record Findings(Outcome start, List<Result> results) {}

  Examination(BoxProcess box, Limits limits, boolean partial) {
    this.box = box;
    this.limits = limits;
    this.partial = partial;
  }

  Findings of(CodeTests tests, String program) {
    Outcome start =
        switch (tests) {
          case CodeTests.Programs programs -> programs(programs, program);
          case CodeTests.Calls calls -> calls(calls, program);
          case CodeTests.Assertions assertions -> assertions(assertions, program);
        };
    return new Findings(start, List.copyOf(results));
  }

  private void head(String kind, String function) {
    box.send(
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
    box.send(program);
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
    box.send(program);
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
    // One of two limits, so that it does not tell how long the right output is.
    int most = expected.length() < LEAST_OUTPUT / 4 ? LEAST_OUTPUT : MOST_OUTPUT;
    box.send(
        new byte[] {(byte) (most >> 24), (byte) (most >> 16), (byte) (most >> 8), (byte) most});
    box.send(input);
    return reply(most + MOST_WORDS);
  }

  /** A box that is gone fails the test at which it was. */
  private Outcome reply(int most) {
    try {
      return Outcome.of(box.reply(most));
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
    box.send(tests.before());
    box.send(program);
    box.send(String.valueOf(tests.count()));
    for (String test : tests.tests()) {
      box.send(test);
    }
    box.send(nonce);
    Outcome start = signed(nonce);
    for (int i = 0; start.ran() && goesOn() && i < tests.count(); i++) {
      Outcome outcome = signed(nonce);
      results.add(new Result(outcome.ran(), outcome));
    }
    return start;
  }

  /** What begins with the nonce is from the process that ran the tests. */
  private Outcome signed(byte[] nonce) {
    try {
      byte[] said = box.reply(MOST_WORDS);
      return said.length > NONCE_BYTES && Arrays.equals(nonce, 0, NONCE_BYTES, said, 0, NONCE_BYTES)
          ? Outcome.of(Arrays.copyOfRange(said, NONCE_BYTES, said.length))
          : Outcome.gone();
    } catch (IOException e) {
      return Outcome.gone();
    }
  }
}

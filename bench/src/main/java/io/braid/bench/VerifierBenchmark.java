package io.braid.bench;

import io.braid.math.MathAnswers;
import io.braid.math.MathComparison;
import io.braid.math.Strictness;
import io.braid.task.Countdown;
import io.braid.task.Counting;
import io.braid.task.Problem;
import io.braid.verify.Rule;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Benchmarks judging one answer. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class VerifierBenchmark {
  private static final String REASONING = "From $2x + 3 = 17$ we get $x = 7$. ".repeat(20);

  /** The compared answers. */
  @State(Scope.Benchmark)
  public static class Answers {
    /** The reference answer and the response's answer, separated by a vertical bar. */
    @Param({
      "42|42",
      "\\frac{14}{3}|4\\frac{2}{3}",
      "x^2 + 7x + 10|(x+2)(x+5)",
      "(-\\infty, 2]|x \\le 2",
      "2\\sqrt{3}|\\sqrt{13}"
    })
    public String both = "";

    private String reference;
    private String response;

    @Setup
    public void prepare() {
      String[] sides = both.split("\\|", 2);
      reference = sides[0];
      response = REASONING + "Therefore the answer is $\\boxed{" + sides[1] + "}$.";
    }
  }

  private final Verifier rule = Rule.STRICT.create();
  private final Problem countdown =
      new Problem("bench:countdown", "?", new Countdown(List.of(3, 7, 19), 40, Counting.STANDARD));

  @TearDown
  public void close() {
    rule.close();
  }

  /** Compares a mathematical answer at the end of a longer response. */
  @Benchmark
  public MathComparison mathematics(Answers answers) {
    return MathAnswers.compare(answers.reference, answers.response, Strictness.LENIENT);
  }

  /** Judges a Countdown expression, which must use each of three numbers once. */
  @Benchmark
  public Verdict countdown() {
    return rule.judge(countdown, "7 * 3 + 19");
  }
}

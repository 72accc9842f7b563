package io.braid.verify.code;

import static java.util.stream.Collectors.joining;

import io.braid.task.CodeTests;
import io.braid.verify.CodeSettings;
import io.braid.verify.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs Python answers and their tests in sandboxes, in the order of arrival, with as many sandboxes
 * at a time as there are processors. Safe for use by several threads. {@code docs/sandbox.md}
 * describes what the sandbox isolates and what an answer cannot forge.
 */
public final class CodeVerifier implements AutoCloseable {
  private static final int IDLE_SECONDS = 10;
  private static final double LONGEST_SECONDS = 600;
  private static final String START = "\nmain()\n";

  private final CodeSettings settings;
  private final Sandbox sandbox;
  private final String runsSource;
  private final String assertionsSource;

  /**
   * The kernel ends a sandbox together with the thread that started it, so these are platform
   * threads that outlive their sandboxes.
   */
  private final ThreadPoolExecutor workers;

  private final ScheduledThreadPoolExecutor clock;
  private final Set<SandboxProcess> running = ConcurrentHashMap.newKeySet();

  /**
   * Finds and tests the sandbox.
   *
   * @throws io.braid.UserError if no sandbox works on this machine, with what is missing
   */
  public CodeVerifier(CodeSettings settings) {
    this.settings = settings;
    this.sandbox = Sandbox.find(settings.sandbox());
    this.runsSource = sandbox.compiled(source("sandbox.py"));
    this.assertionsSource = sandbox.compiled(source("sandbox.py", "grader.py"));
    int processors = Runtime.getRuntime().availableProcessors();
    ThreadFactory daemons = Thread.ofPlatform().daemon().name("sandbox-", 0).factory();
    this.workers =
        new ThreadPoolExecutor(
            processors,
            processors,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            daemons);
    workers.allowCoreThreadTimeOut(true);
    this.clock = new ScheduledThreadPoolExecutor(1, daemons);
    clock.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    clock.allowCoreThreadTimeOut(true);
    clock.setRemoveOnCancelPolicy(true);
  }

  /**
   * Judges a response. The reward is 1 if all tests pass, or the fraction of passing tests with
   * partial credit. The answer's key is the program's key, which ignores comments and spacing.
   *
   * @throws io.braid.UserError if the sandbox no longer starts
   */
  public Verdict judge(CodeTests tests, String response) {
    Optional<ProgramText> program = ProgramText.of(response);
    if (program.isEmpty()) {
      return new Verdict(0, false, Optional.empty(), "no program");
    }
    Limits limits = limits(tests);
    return verdict(tests.count(), program.get(), limits, examine(tests, program.get(), limits));
  }

  private Limits limits(CodeTests tests) {
    OptionalDouble stated =
        tests instanceof CodeTests.Programs programs ? programs.seconds() : OptionalDouble.empty();
    double seconds = stated.orElse(settings.timeoutSeconds());
    boolean sensible = seconds > 0 && seconds <= LONGEST_SECONDS;
    return new Limits(sensible ? seconds : settings.timeoutSeconds(), settings.memoryMb());
  }

  private TestRun.Report examine(CodeTests tests, ProgramText program, Limits limits) {
    AtomicBoolean unwanted = new AtomicBoolean();
    List<SandboxProcess> started = new CopyOnWriteArrayList<>();
    Future<TestRun.Report> report =
        workers.submit(() -> {
          String source = tests instanceof CodeTests.Assertions ? assertionsSource : runsSource;
          try (SandboxProcess process = SandboxProcess.start(sandbox, source, limits, clock)) {
            running.add(process);
            started.add(process);
            if (unwanted.get() || workers.isShutdown()) {
              throw new CancellationException();
            }
            return new TestRun(process, limits, settings.partialCredit()).of(tests, program.code());
          } finally {
            started.forEach(running::remove);
          }
        });
    try {
      return report.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      unwanted.set(true);
      report.cancel(false);
      started.forEach(SandboxProcess::close);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a program runs", e);
    }
  }

  private Verdict verdict(int count, ProgramText program, Limits limits, TestRun.Report report) {
    if (!report.start().ran()) {
      String why = report.start().reason(limits);
      if (report.start().status() == Outcome.Status.UNTESTABLE) {
        return Verdict.unknown(Optional.of(program.key()), why);
      }
      boolean none = !program.marked() && why.startsWith("SyntaxError");
      return none
          ? new Verdict(0, false, Optional.empty(), "no program")
          : new Verdict(0, false, Optional.of(program.key()), why);
    }
    List<TestRun.Result> results = report.results();
    int passed = (int) results.stream().filter(TestRun.Result::passed).count();
    if (passed == count) {
      return new Verdict(1, true, Optional.of(program.key()), "correct");
    }
    double reward = settings.partialCredit() ? (double) passed / count : 0;
    return new Verdict(
        reward, false, Optional.of(program.key()), reason(count, passed, results, limits));
  }

  private String reason(int count, int passed, List<TestRun.Result> results, Limits limits) {
    int first = 0;
    while (first < results.size() && results.get(first).passed()) {
      first++;
    }
    String why =
        first < results.size() ? results.get(first).outcome().reason(limits) : "it was not run";
    if (count == 1) {
      return why;
    }
    String which = "test %s of %s: %s".formatted(first + 1, count, why);
    return settings.partialCredit()
        ? "%s of %s tests passed; %s".formatted(passed, count, which)
        : which;
  }

  /** Ends every running program. */
  @Override
  public void close() {
    workers.shutdownNow();
    running.forEach(SandboxProcess::close);
    clock.shutdownNow();
  }

  private String source(String... names) {
    return sandbox.filter()
        + Arrays.stream(names).map(Sandbox::resource).collect(joining())
        + START;
  }
}

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
 * Runs Python answers and their tests in a box, as many at a time as there are processors, in the
 * order in which they come. Safe for use by several threads. What the box keeps out, and what an
 * answer cannot forge, is in {@code docs/sandbox.md}.
 */
public final class CodeVerifier implements AutoCloseable {
  private static final int IDLE_SECONDS = 10;
  private static final double LONGEST_SECONDS = 600;
  private static final String START = "\nmain()\n";

  private final CodeSettings settings;
  private final Box box;
  private final String runs;
  private final String assertions;

  /**
   * A box dies with the thread that started it, so that these are real threads, which outlive what
   * they start.
   */
  private final ThreadPoolExecutor workers;

  private final ScheduledThreadPoolExecutor clock;
  private final Set<BoxProcess> running = ConcurrentHashMap.newKeySet();

  /**
   * Tries the sandbox out.
   *
   * @throws io.braid.UserError when it does not work here, with what is missing
   */
  public CodeVerifier(CodeSettings settings) {
    this.settings = settings;
    this.box = Box.find(settings.sandbox());
    this.runs = box.compiled(source("box.py"));
    this.assertions = box.compiled(source("box.py", "referee.py"));
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
   * What a response is worth: 1 when all tests pass, or with partial credit the share that does.
   * The key of the answer is the program's, comments and spacing left out.
   *
   * @throws io.braid.UserError when the sandbox does not start any more
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
    double seconds = stated.orElse(settings.seconds());
    boolean sensible = seconds > 0 && seconds <= LONGEST_SECONDS;
    return new Limits(sensible ? seconds : settings.seconds(), settings.memoryMb());
  }

  private Examination.Findings examine(CodeTests tests, ProgramText program, Limits limits) {
    AtomicBoolean unwanted = new AtomicBoolean();
    List<BoxProcess> started = new CopyOnWriteArrayList<>();
    Future<Examination.Findings> findings =
        workers.submit(() -> {
          String source = tests instanceof CodeTests.Assertions ? assertions : runs;
          try (BoxProcess process = BoxProcess.start(box, source, limits, clock)) {
            running.add(process);
            started.add(process);
            if (unwanted.get() || workers.isShutdown()) {
              throw new CancellationException();
            }
            return new Examination(process, limits, settings.partialCredit())
                .of(tests, program.code());
          } finally {
            started.forEach(running::remove);
          }
        });
    try {
      return findings.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      unwanted.set(true);
      findings.cancel(false);
      started.forEach(BoxProcess::close);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a program runs", e);
    }
  }

  private Verdict verdict(
      int count, ProgramText program, Limits limits, Examination.Findings findings) {
    if (!findings.start().ran()) {
      String why = findings.start().reason(limits);
      if (findings.start().status() == Outcome.Status.UNTESTABLE) {
        return Verdict.unknown(Optional.of(program.key()), why);
      }
      boolean none = !program.marked() && why.startsWith("SyntaxError");
      return none
          ? new Verdict(0, false, Optional.empty(), "no program")
          : new Verdict(0, false, Optional.of(program.key()), why);
    }
    List<Examination.Result> results = findings.results();
    int passed = (int) results.stream().filter(Examination.Result::passed).count();
    if (passed == count) {
      return new Verdict(1, true, Optional.of(program.key()), "correct");
    }
    double reward = settings.partialCredit() ? (double) passed / count : 0;
    return new Verdict(
        reward, false, Optional.of(program.key()), reason(count, passed, results, limits));
  }

  private String reason(int count, int passed, List<Examination.Result> results, Limits limits) {
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
        ? "%s of %s tests pass; %s".formatted(passed, count, which)
        : which;
  }

  /** Ends every program that runs. */
  @Override
  public void close() {
    workers.shutdownNow();
    running.forEach(BoxProcess::close);
    clock.shutdownNow();
  }

  private String source(String... names) {
    return box.filter() + Arrays.stream(names).map(Box::resource).collect(joining()) + START;
  }
}

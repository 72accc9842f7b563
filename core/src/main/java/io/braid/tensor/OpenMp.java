package io.braid.tensor;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs Braid's loops on the threads that libtorch's operators use. A second pool would compete with
 * them for the cores, because waiting threads spin.
 *
 * <p>If the OpenMP library is not GNU's, loops run on Java's common pool.
 */
public final class OpenMp {
  /**
   * Number of chunks per thread, large enough that a slow chunk does not keep the other threads
   * waiting.
   */
  private static final int CHUNKS_PER_THREAD = 8;

  private static final Map<Long, Runnable> WORK = new ConcurrentHashMap<>();
  private static final AtomicLong NUMBERS = new AtomicLong(1);
  private static final ThreadLocal<Boolean> INSIDE = ThreadLocal.withInitial(() -> false);
  private static final Optional<MethodHandle> FORK = fork();
  private static final Optional<MethodHandle> TEAM_SIZE =
      function("omp_get_num_threads", FunctionDescriptor.of(ValueLayout.JAVA_INT));

  private OpenMp() {}

  /** A loop's body. */
  @FunctionalInterface
  public interface Body {
    /** Processes the items from (inclusive) to (exclusive). */
    void run(int from, int to);
  }

  /** A loop whose chunks the threads take one after another. */
  private static final class Work {
    private final int items;
    private final int chunk;
    private final Body body;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Work(int items, int chunk, Body body) {
      this.items = items;
      this.chunk = chunk;
      this.body = body;
    }

    /** Takes chunks until none are left. Never throws, since the caller is native code. */
    void share() {
      try {
        int from;
        while ((from = next.getAndAdd(chunk)) < items) {
          body.run(from, Math.min(items, from + chunk));
        }
      } catch (Throwable e) {
        failure.compareAndSet(null, e);
      }
    }
  }

  /**
   * Runs a loop's items, in any order, on {@link Engine#threads} threads. Nested loops, and
   * libtorch's operators inside a loop, run on the thread that calls them.
   *
   * @param parallel whether using more than the caller's thread pays off
   * @throws RuntimeException the exception that the body threw
   */
  public static void forEach(int items, boolean parallel, Body body) {
    int threads = parallel && !INSIDE.get() ? Math.min(Engine.threads(), items) : 1;
    if (threads <= 1) {
      body.run(0, items);
      return;
    }
    Work work = new Work(items, Math.max(1, items / (threads * CHUNKS_PER_THREAD)), body);
    if (FORK.isPresent()) {
      fork(work::share, threads);
    } else {
      IntStream.range(0, threads).parallel().forEach(_ -> work.share());
    }
    rethrow(work.failure.get());
  }

  /**
   * Returns whether {@link #withTeam} can use several threads, which requires GNU's OpenMP library.
   */
  public static boolean formsTeams() {
    return FORK.isPresent() && TEAM_SIZE.isPresent();
  }

  /**
   * Runs a body on {@link Engine#threads} threads as a team, or only on the caller's thread inside
   * another loop or if no team can be formed.
   *
   * @param most maximum number of threads
   * @param body run by each thread, with its number and the team
   * @throws RuntimeException the exception that the body threw
   */
  public static void withTeam(int most, BiConsumer<Integer, ThreadTeam> body) {
    int threads = INSIDE.get() || !formsTeams() ? 1 : Math.min(most, Engine.threads());
    if (threads <= 1) {
      body.accept(0, ThreadTeam.alone());
      return;
    }
    AtomicInteger numbers = new AtomicInteger();
    ThreadTeam team = ThreadTeam.of(threads);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    fork(
        () -> {
          try {
            team.setSize(teamSize());
            body.accept(numbers.getAndIncrement(), team);
          } catch (Throwable e) {
            failure.compareAndSet(null, e);
            team.fail();
          }
        },
        threads);
    rethrow(failure.get());
  }

  /** Returns the size of the caller's team, which may be smaller than requested. */
  private static int teamSize() {
    try {
      return (int) TEAM_SIZE.orElseThrow().invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static void fork(Runnable work, int threads) {
    long number = NUMBERS.getAndIncrement();
    WORK.put(number, work);
    try {
      FORK.orElseThrow().invokeExact(MemorySegment.ofAddress(number), threads);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    } finally {
      WORK.remove(number);
    }
  }

  private static void rethrow(@Nullable Throwable failure) {
    if (failure != null) {
      throw failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
    }
  }

  /** Called by each thread of the team. */
  @SuppressWarnings("unused") // by name
  private static void enter(MemorySegment number) {
    Runnable work = WORK.get(number.address());
    if (work != null) {
      INSIDE.set(true);
      try {
        work.run();
      } finally {
        INSIDE.set(false);
      }
    }
  }

  /**
   * Returns a handle for GOMP_parallel(function, number, threads, flags) with function and flags
   * bound.
   */
  private static Optional<MethodHandle> fork() {
    try {
      MemorySegment enter =
          Linker.nativeLinker()
              .upcallStub(
                  MethodHandles.lookup()
                      .findStatic(
                          OpenMp.class,
                          "enter",
                          MethodType.methodType(void.class, MemorySegment.class)),
                  FunctionDescriptor.ofVoid(ValueLayout.ADDRESS),
                  Arena.global());
      return function(
              "GOMP_parallel",
              FunctionDescriptor.ofVoid(
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT))
          .map(parallel -> MethodHandles.insertArguments(parallel, 3, 0))
          .map(parallel -> MethodHandles.insertArguments(parallel, 0, enter));
    } catch (ReflectiveOperationException | RuntimeException e) {
      return Optional.empty(); // another system
    }
  }

  /** Returns a function of the GNU OpenMP library, if libtorch has loaded that library. */
  private static Optional<MethodHandle> function(String name, FunctionDescriptor type) {
    Engine.start();
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.contains("libgomp"))
          .map(line -> Path.of(line.substring(line.indexOf('/'))))
          .findFirst()
          .flatMap(library -> SymbolLookup.libraryLookup(library, Arena.global()).find(name))
          .map(symbol -> Linker.nativeLinker().downcallHandle(symbol, type));
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // another system, another OpenMP
    }
  }
}

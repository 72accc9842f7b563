package io.braid.run;

import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Lets Ctrl-C, {@code kill} and a terminal that closes ask a run to finish its step and save,
 * instead of cutting it off.
 *
 * <p>The first SIGINT, SIGTERM or SIGHUP is a request, which the loop sees between two steps; the
 * second ends the process at once. A shutdown hook would not do: once the JVM is shutting down,
 * every hook runs at the same time, the engine's and the logger's clean-up among them, and the
 * program can no longer choose its exit code. {@code sun.misc.Signal} leaves the JVM as it was, so
 * the save ends like any other and the program then exits with {@link #exitCode()}.
 *
 * <p>One may listen within another: a run within a comparison. What was asked of the outer one is
 * asked of the inner one too, and the other way round once the inner one is closed, so that no
 * request falls between two runs.
 */
public final class StopSignal implements AutoCloseable {
  /** Those that listen, the innermost first. */
  private static final Deque<StopSignal> LISTENING = new ConcurrentLinkedDeque<>();

  private static final String HANG_UP = "HUP";
  private static final int SIGNAL_EXIT_CODES = 128;

  private record Replaced(Signal signal, SignalHandler handler) {}

  private final AtomicInteger received = new AtomicInteger();
  private final List<Replaced> replaced = new ArrayList<>();
  private final Runnable onRequest;
  private final Optional<StopSignal> outer;

  private StopSignal(Runnable onRequest, Optional<StopSignal> outer) {
    this.onRequest = onRequest;
    this.outer = outer;
  }

  /**
   * Listens until closed.
   *
   * @param onRequest run once, on another thread, at the first signal: say that the run will stop
   */
  public static StopSignal listen(Runnable onRequest) {
    StopSignal stop = new StopSignal(onRequest, Optional.ofNullable(LISTENING.peekFirst()));
    LISTENING.addFirst(stop);
    stop.replace("INT");
    stop.replace("TERM");
    stop.replace(HANG_UP);
    // Only now: a signal in between went to the outer one.
    stop.outer.ifPresent(outer -> stop.received.compareAndSet(0, outer.received.get()));
    return stop;
  }

  private void replace(String name) {
    try {
      Signal signal = new Signal(name);
      SignalHandler before = Signal.handle(signal, this::receive);
      if (before.equals(SignalHandler.SIG_IGN)) {
        Signal.handle(signal, before); // nohup: whoever started the process wants it ignored
      } else {
        replaced.add(new Replaced(signal, before));
      }
    } catch (IllegalArgumentException _) {
      // A JVM started with -Xrs keeps its signals: they end it at once, as its user asked.
    }
  }

  private void receive(Signal signal) {
    if (received.compareAndSet(0, signal.getNumber())) {
      onRequest.run();
    } else if (!signal.getName().equals(HANG_UP)) { // system and shell both send it
      Runtime.getRuntime().halt(SIGNAL_EXIT_CODES + signal.getNumber());
    }
  }

  /** Whether the run should finish its step, save and end. */
  public boolean requested() {
    return received.get() != 0;
  }

  /**
   * What a program stopped by this signal exits with: 130 for SIGINT, 143 for SIGTERM, 129 for
   * SIGHUP.
   */
  public OptionalInt exitCode() {
    return requested() ? OptionalInt.of(SIGNAL_EXIT_CODES + received.get()) : OptionalInt.empty();
  }

  /** Gives the signals back to whoever had them. */
  @Override
  public void close() {
    replaced.forEach(each -> Signal.handle(each.signal(), each.handler()));
    replaced.clear();
    if (LISTENING.remove(this)) {
      outer.ifPresent(each -> each.received.compareAndSet(0, received.get()));
    }
  }
}

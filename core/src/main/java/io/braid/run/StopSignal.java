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
 * Turns Ctrl-C, {@code kill} and a closed terminal into a request to finish the step and save.
 *
 * <p>The first SIGINT, SIGTERM or SIGHUP is a request that the loop reads between two steps; the
 * second ends the process at once. A shutdown hook is not enough: during shutdown all hooks run
 * concurrently, including the clean-up of the engine and the logger, and the program can no longer
 * choose its exit code. {@code sun.misc.Signal} does not start a shutdown, so the run saves as
 * usual and the program then exits with {@link #exitCode()}.
 *
 * <p>Listeners nest, as a run does within a comparison. A request to the outer listener also
 * reaches the inner listener, and vice versa once the inner listener is closed, so that no request
 * is lost between two runs.
 */
public final class StopSignal implements AutoCloseable {
  /** The open listeners, innermost first. */
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
   * @param onRequest run once, on another thread, at the first signal; tells the user that the run
   *     will stop
   */
  public static StopSignal listen(Runnable onRequest) {
    StopSignal stop = new StopSignal(onRequest, Optional.ofNullable(LISTENING.peekFirst()));
    LISTENING.addFirst(stop);
    stop.replace("INT");
    stop.replace("TERM");
    stop.replace(HANG_UP);
    // Only now: an earlier signal went to the outer listener.
    stop.outer.ifPresent(outer -> stop.received.compareAndSet(0, outer.received.get()));
    return stop;
  }

  private void replace(String name) {
    try {
      Signal signal = new Signal(name);
      SignalHandler before = Signal.handle(signal, this::receive);
      if (before.equals(SignalHandler.SIG_IGN)) {
        Signal.handle(signal, before); // nohup: the signal must stay ignored
      } else {
        replaced.add(new Replaced(signal, before));
      }
    } catch (IllegalArgumentException _) {
      // A JVM started with -Xrs does not handle signals: they end the process at once.
    }
  }

  private void receive(Signal signal) {
    if (received.compareAndSet(0, signal.getNumber())) {
      onRequest.run();
    } else if (!signal.getName().equals(HANG_UP)) { // the system and the shell both send it
      Runtime.getRuntime().halt(SIGNAL_EXIT_CODES + signal.getNumber());
    }
  }

  /** Returns whether a stop was requested: the run should finish its step, save and end. */
  public boolean requested() {
    return received.get() != 0;
  }

  /**
   * Returns the exit code of a program stopped by the signal: 130 for SIGINT, 143 for SIGTERM, 129
   * for SIGHUP.
   */
  public OptionalInt exitCode() {
    return requested() ? OptionalInt.of(SIGNAL_EXIT_CODES + received.get()) : OptionalInt.empty();
  }

  /** Restores the previous signal handlers. */
  @Override
  public void close() {
    replaced.forEach(each -> Signal.handle(each.signal(), each.handler()));
    replaced.clear();
    if (LISTENING.remove(this)) {
      outer.ifPresent(each -> each.received.compareAndSet(0, received.get()));
    }
  }
}

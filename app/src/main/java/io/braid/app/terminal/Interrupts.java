package io.braid.app.terminal;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Ctrl-C as a request to stop what is being done, instead of the end of the program. Standard input
 * that is closed still ends the program.
 */
public final class Interrupts implements AutoCloseable {
  private static final Signal INTERRUPT = new Signal("INT");

  private final AtomicBoolean requested = new AtomicBoolean();
  private final Runnable otherwise;
  private volatile boolean busy;
  private Optional<SignalHandler> before = Optional.empty();

  private Interrupts(Runnable otherwise) {
    this.otherwise = otherwise;
  }

  /**
   * Listens until closed.
   *
   * @param otherwise run on another thread if there is nothing to stop
   */
  public static Interrupts listen(Runnable otherwise) {
    Interrupts interrupts = new Interrupts(otherwise);
    try {
      SignalHandler before = Signal.handle(INTERRUPT, _ -> interrupts.receive());
      if (before.equals(SignalHandler.SIG_IGN)) {
        Signal.handle(INTERRUPT, before); // the signal must stay ignored
      } else {
        interrupts.before = Optional.of(before);
      }
    } catch (IllegalArgumentException _) {
      // A JVM started with -Xrs does not handle signals: they end the process at once.
    }
    return interrupts;
  }

  private void receive() {
    if (busy) {
      requested.set(true);
    } else {
      otherwise.run();
    }
  }

  /** Begins something that can be stopped. */
  public void begin() {
    requested.set(false);
    busy = true;
  }

  /** Ends it. */
  public void end() {
    busy = false;
  }

  /** Returns whether it should stop. */
  public boolean requested() {
    return requested.get();
  }

  @Override
  public void close() {
    before.ifPresent(handler -> Signal.handle(INTERRUPT, handler));
    before = Optional.empty();
  }
}

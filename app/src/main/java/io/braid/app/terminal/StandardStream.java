package io.braid.app.terminal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The standard streams. Detects whether each is a terminal, and its width.
 *
 * <p>The JDK detects only whether standard input and output both are terminals. JLine would detect
 * each, but it restores the default SIGINT handler, and Ctrl-C would then kill a run instead of
 * stopping it gracefully.
 */
public enum StandardStream {
  /** Standard input. */
  INPUT,
  /** Standard output. */
  OUTPUT,
  /** Standard error. */
  ERROR;

  private static final int USUAL_COLUMNS = 80;

  /** TIOCGWINSZ of linux/asm-generic/ioctls.h and of Darwin's sys/ttycom.h. */
  private static final long GET_WINDOW_SIZE =
      System.getProperty("os.name").startsWith("Mac") ? 0x40087468L : 0x5413L;

  /** int ioctl(int, unsigned long, ...), absent if the system does not have it. */
  private static final Optional<MethodHandle> IOCTL =
      Linker.nativeLinker()
          .defaultLookup()
          .find("ioctl")
          .map(address ->
              Linker.nativeLinker()
                  .downcallHandle(
                      address,
                      FunctionDescriptor.of(
                          ValueLayout.JAVA_INT,
                          ValueLayout.JAVA_INT,
                          ValueLayout.JAVA_LONG,
                          ValueLayout.ADDRESS),
                      Linker.Option.firstVariadicArg(2)));

  /** Returns whether the stream is a terminal. */
  public boolean isTerminal() {
    return size().isPresent();
  }

  /** Returns the current width, or empty if the stream is not a terminal with a cursor. */
  OptionalInt columns() {
    return "dumb".equals(System.getenv("TERM")) ? OptionalInt.empty() : size();
  }

  private OptionalInt size() {
    if (IOCTL.isEmpty()) {
      return OptionalInt.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      // struct winsize: rows, columns and two unused fields; each is an unsigned short.
      MemorySegment size = arena.allocate(ValueLayout.JAVA_SHORT, 4);
      int failed = (int) IOCTL.get().invokeExact(ordinal(), GET_WINDOW_SIZE, size);
      if (failed != 0) {
        return OptionalInt.empty();
      }
      int columns = Short.toUnsignedInt(size.getAtIndex(ValueLayout.JAVA_SHORT, 1));
      return OptionalInt.of(columns == 0 ? USUAL_COLUMNS : columns);
    } catch (Throwable e) {
      throw new IllegalStateException("ioctl", e);
    }
  }
}

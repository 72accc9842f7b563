package io.braid.app.start;

import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.slf4j.jdk.platform.logging.SLF4JSystemLoggerFinder;

/**
 * Sends what libraries log by the platform's own interface to SLF4J, except the JVM's message that
 * it exits. The JVM asks for the logger of that message at every exit, which would start the whole
 * logging system at the end of a command that logs nothing.
 */
public final class PlatformLoggers extends SLF4JSystemLoggerFinder {
  private static final String EXIT = "java.lang.Runtime";

  /** Called by the JVM, which finds this class as a service. */
  public PlatformLoggers() {}

  @Override
  public System.Logger getLogger(String name, Module module) {
    return name.equals(EXIT) ? new Silent(name) : super.getLogger(name, module);
  }

  private record Silent(String name) implements System.Logger {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean isLoggable(Level level) {
      return false;
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String message,
        @Nullable Throwable thrown) {}

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String format,
        @Nullable Object... values) {}
  }
}

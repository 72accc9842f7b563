package io.braid;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Issues notices, which inform the user of something that is not an error, such as an unused
 * setting or an unused tensor. Each notice is issued once per process, on standard error unless a
 * listener is set.
 *
 * <p>The listener is global, so that any code that reads a file can issue a notice without passing
 * it through its callers.
 */
public final class Notices {
  private static final int LONGEST = 1_000;

  /** The C0 and C1 control characters, and the characters that change the direction of text. */
  private static final String CONTROL = "[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]";

  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();
  private static volatile Consumer<String> listener = System.err::println;

  private Notices() {}

  /**
   * Issues a notice, unless it was issued before.
   *
   * @param text the notice, which is reduced to one line; control characters, which may come from
   *     an untrusted file, are replaced
   */
  public static void say(String text) {
    String line = line(text);
    if (SAID.add(line)) {
      listener.accept(line);
    }
  }

  private static String line(String text) {
    String line = text.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll(CONTROL, "\uFFFD");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + " …";
  }

  /**
   * Sets the listener. Notices issued before are issued again if they recur.
   *
   * @return the previous listener, so that the caller can restore it
   */
  public static Consumer<String> listen(Consumer<String> to) {
    Consumer<String> before = listener;
    SAID.clear();
    listener = to;
    return before;
  }
}

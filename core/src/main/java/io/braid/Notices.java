package io.braid;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What the user should know though nothing is wrong: a setting that is not used, a tensor that has
 * no place. Each line is said once in a process, on standard error unless something else listens.
 *
 * <p>It is one for the process, so that whatever reads a file can speak, and nobody has to remember
 * to pass the words on.
 */
public final class Notices {
  private static final int LONGEST = 1_000;

  /** Control characters of both sets, and those that turn the direction of writing. */
  private static final String CONTROL = "[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]";

  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();
  private static volatile Consumer<String> listener = System.err::println;

  private Notices() {}

  /**
   * Says something, unless it was said before.
   *
   * @param text becomes one line; control characters in it, which may be a stranger's, are replaced
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
   * Hears what is said from now on, and hears again what was said before.
   *
   * @return what listened until now, to be put back
   */
  public static Consumer<String> listen(Consumer<String> to) {
    Consumer<String> before = listener;
    SAID.clear();
    listener = to;
    return before;
  }
}

package io.braid.tensor;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;

/**
 * A computation that does not use Braid's fastest path, for a reason that the user may be able to
 * change.
 *
 * @param what what is slow, such as "attention with heads of 20 numbers"
 * @param why the reason, such as "they are not multiples of the vector length, 8"
 * @param cost how much slower it is, if measured
 * @param remedy what the user can do about it
 */
public record SlowPath(String what, String why, Optional<String> cost, String remedy) {
  private static final Logger LOG = LoggerFactory.getLogger(SlowPath.class);
  private static final Set<SlowPath> SAID = ConcurrentHashMap.newKeySet();

  /** Returns all parts in one line. */
  public String line() {
    return "%s: %s%s; %s".formatted(what, why, cost.map(each -> ", " + each).orElse(""), remedy);
  }

  /**
   * Logs the line as a warning the first time that the process takes this path. In a program
   * without logging, it goes to standard error.
   */
  public void say() {
    if (!SAID.add(this)) {
      return;
    }
    if (LOG instanceof NOPLogger) {
      System.err.println("braid: " + line());
    } else {
      LOG.warn("{}", line());
    }
  }
}

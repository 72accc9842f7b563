package io.braid;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** Records the notices issued while it is open. */
public final class HeardNotices implements AutoCloseable {
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  private final Consumer<String> before = Notices.listen(lines::add);

  /** The notices so far. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    Notices.listen(before);
  }
}

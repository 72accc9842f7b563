package io.braid.task;

import io.braid.UserError;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Assigns unique ids to a file's problems. */
final class ProblemIds {
  private final Map<String, Integer> timesMade = new HashMap<>();
  private final Set<String> given = new HashSet<>();

  /** Returns the id, with a number appended if the id occurred before. */
  String made(String id) {
    int times = timesMade.merge(id, 1, Integer::sum);
    return times == 1 ? id : id + "~" + times;
  }

  /** Returns the id, which must be unique because the user named its key. */
  String given(String where, String id) {
    if (!given.add(id)) {
      throw new UserError(
          "%s: the id '%s' was already used; ids must be unique".formatted(where, id));
    }
    return id;
  }
}

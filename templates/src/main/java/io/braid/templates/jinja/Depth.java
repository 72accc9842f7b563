package io.braid.templates.jinja;

import java.util.Collection;

/** Limits the nesting depth of containers. */
final class Depth {
  private Depth() {}

  /** Returns the depth of a container of these values; computing it costs one unit per value. */
  static int above(Collection<Value> values) {
    Work.spend(Work.MAKING + values.size());
    int depth = 1 + values.stream().mapToInt(Value::depth).max().orElse(0);
    if (depth > Limits.VALUE_DEPTH) {
      throw Limits.exceeded("values nest", Limits.VALUE_DEPTH);
    }
    return depth;
  }
}

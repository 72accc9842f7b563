package io.braid.templates.jinja;

import java.util.Collection;

/** How deep containers nest, within the limit. */
final class Depth {
  private Depth() {}

  /** The depth of a container of some values; making one costs its entries. */
  static int above(Collection<Value> values) {
    Work.spend(Work.MAKING + values.size());
    int depth = 1 + values.stream().mapToInt(Value::depth).max().orElse(0);
    if (depth > Limits.VALUE_DEPTH) {
      throw Limits.exceeded("values nest", Limits.VALUE_DEPTH);
    }
    return depth;
  }
}

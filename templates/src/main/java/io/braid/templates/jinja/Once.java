package io.braid.templates.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * A Python generator. It counts as true even if it is empty, has no length, and is empty after it
 * has been read once.
 */
final class Once implements Value {
  private final Iterator<Value> values;
  private final int depth;

  Once(List<Value> values) {
    this.values = values.iterator();
    this.depth = Depth.above(values);
  }

  Optional<Value> next() {
    return values.hasNext() ? Optional.of(values.next()) : Optional.empty();
  }

  List<Value> rest() {
    List<Value> rest = new ArrayList<>();
    values.forEachRemaining(rest::add);
    return rest;
  }

  @Override
  public int depth() {
    return depth;
  }
}

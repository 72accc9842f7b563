package io.braid.templates.jinja;

import java.util.List;

/** A sequence of values: a list or one of Python's list-likes. */
final class Items implements Value {
  /** The kinds, which differ in how they print and whether they can be indexed. */
  enum Kind {
    LIST,
    TUPLE,
    RANGE,
    VIEW,
    /** A pair of {@code groupby}: a tuple whose parts have names. */
    GROUP
  }

  private final Kind kind;
  private final List<Value> values;
  private final int depth;

  Items(Kind kind, List<? extends Value> values) {
    this.kind = kind;
    this.values = List.copyOf(values);
    this.depth = Depth.above(this.values);
  }

  static Items list(List<? extends Value> values) {
    return new Items(Kind.LIST, values);
  }

  static Items tuple(Value... values) {
    return new Items(Kind.TUPLE, List.of(values));
  }

  Kind sort() {
    return kind;
  }

  List<Value> values() {
    return values;
  }

  @Override
  public int depth() {
    return depth;
  }
}

package io.braid.templates.jinja;

/** A function, a macro, or a method bound to its value. */
record Function(String name, Body body) implements Value {
  /** The body of a function. */
  @FunctionalInterface
  interface Body {
    Value call(Arguments arguments);
  }

  /** A Python function that is not supported: known by name, refused when called. */
  static Function refused(String name) {
    return new Function(
        name,
        arguments -> {
          throw new Refusal("'" + name + "' is not supported");
        });
  }
}

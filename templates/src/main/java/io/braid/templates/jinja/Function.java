package io.braid.templates.jinja;

/** A function, a macro, or a method bound to its value. */
record Function(String name, Body body) implements Value {
  /** What calling it does. */
  @FunctionalInterface
  interface Body {
    Value call(Arguments arguments);
  }

  /** A function that exists in Python but not here: known by name, refused when called. */
  static Function refused(String name) {
    return new Function(
        name,
        arguments -> {
          throw new Refusal("'" + name + "' is not supported");
        });
  }
}

package io.braid.templates.jinja;

/** A function, a macro, or a method bound to its value. */
record Function(String name, Body body) implements Value {
  /** The body of a function. */
  @FunctionalInterface
  interface Body {
    Value call(Arguments arguments);
  }

  /** Returns a Python function that is known by name but not supported; calling it is an error. */
  static Function refused(String name) {
    return new Function(
        name,
        arguments -> {
          throw new Refusal("'" + name + "' is not supported");
        });
  }
}

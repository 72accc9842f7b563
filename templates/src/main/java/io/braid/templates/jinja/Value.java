package io.braid.templates.jinja;

import org.jspecify.annotations.Nullable;

/** A value of the template language. All but {@link Namespace} and {@link Once} are immutable. */
sealed interface Value
    permits Value.Undefined,
        Value.None,
        Value.Bool,
        Value.Whole,
        Value.Real,
        Value.Text,
        Items,
        Table,
        Once,
        Namespace,
        Loop,
        Function {

  /**
   * The value of an undefined name or key. It prints as an empty string, and operations on it fail.
   */
  record Undefined(String what) implements Value {}

  /** Python's {@code None}. */
  enum None implements Value {
    NONE
  }

  /** {@code true} or {@code false}. */
  record Bool(boolean value) implements Value {}

  /** A whole number of 64 bits. Larger numbers, which Python allows, cause an error. */
  record Whole(long value) implements Value {}

  /** A floating-point number. */
  record Real(double value) implements Value {}

  /**
   * A string.
   *
   * @param markup whether the string is HTML, so that text appended to it is escaped
   */
  record Text(String value, boolean markup) implements Value {
    /** Counts the cost of the string. */
    public Text {
      Work.make(value.length());
    }

    Text(String value) {
      this(value, false);
    }

    /** Strings are equal if they have the same characters. */
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Text text && value.equals(text.value);
    }

    @Override
    public int hashCode() {
      return value.hashCode();
    }
  }

  /** Returns the nesting depth of this value; 0 if it contains none. */
  default int depth() {
    return 0;
  }

  /** Returns the kind of this value, for error messages. */
  default String kind() {
    return switch (this) {
      case Undefined u -> "an undefined value";
      case None n -> "none";
      case Bool b -> "a boolean";
      case Whole w -> "a whole number";
      case Real r -> "a number";
      case Text t -> "a string";
      case Items i -> "a list";
      case Table t -> "a mapping";
      case Once o -> "a generator";
      case Namespace n -> "a namespace";
      case Loop l -> "the loop";
      case Function f -> "a function";
    };
  }
}

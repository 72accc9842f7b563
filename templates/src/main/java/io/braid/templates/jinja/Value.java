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

  /** What a name or key without a value yields: prints as nothing, fails when worked with. */
  record Undefined(String what) implements Value {}

  /** Python's {@code None}. */
  enum None implements Value {
    NONE
  }

  /** {@code true} or {@code false}. */
  record Bool(boolean value) implements Value {}

  /** A whole number; unlike Python's it has 64 bits, and what exceeds them is refused. */
  record Whole(long value) implements Value {}

  /** A floating point number. */
  record Real(double value) implements Value {}

  /**
   * A string.
   *
   * @param markup whether it stands for itself in HTML, so that what is added to it is escaped
   */
  record Text(String value, boolean markup) implements Value {
    /** A string is worked for when it is made. */
    public Text {
      Work.make(value.length());
    }

    Text(String value) {
      this(value, false);
    }

    /** A string equals another of the same characters. */
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Text text && value.equals(text.value);
    }

    @Override
    public int hashCode() {
      return value.hashCode();
    }
  }

  /** How deep the values in this one nest; 0 for one that holds none. */
  default int depth() {
    return 0;
  }

  /** What this is, for an error message. */
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

package io.braid.math.find;

import java.util.Optional;

/** The result of searching one part of a response, such as a box or a sentence, for the answer. */
public sealed interface Finding permits Finding.Absent, Finding.Unclear, Found {
  /** The part does not exist or contains nothing, so a different part may contain the answer. */
  Finding ABSENT = new Absent();

  /** The part exists but contains no clear answer, so the response has none. */
  Finding UNCLEAR = new Unclear();

  /** The part does not exist or contains nothing. */
  record Absent() implements Finding {}

  /** The part exists but contains no clear answer. */
  record Unclear() implements Finding {}

  /** Returns {@link #UNCLEAR} if the text is blank. */
  static Finding of(String text, Place where) {
    return text.isBlank() ? UNCLEAR : new Found(text, where);
  }

  /** Returns the answer, if there is one. */
  default Optional<Found> found() {
    return this instanceof Found found ? Optional.of(found) : Optional.empty();
  }
}

package io.braid.math.find;

import java.util.Optional;

/** What one place of a response, such as a box or a sentence, says of the answer. */
public sealed interface Finding permits Finding.Absent, Finding.Unclear, Found {
  /** The place does not exist or says nothing, so another place may hold the answer. */
  Finding ABSENT = new Absent();

  /** The place exists and holds no clear answer, so the response has none. */
  Finding UNCLEAR = new Unclear();

  /** The place does not exist or says nothing. */
  record Absent() implements Finding {}

  /** The place exists and holds no clear answer. */
  record Unclear() implements Finding {}

  /** {@link #UNCLEAR} where the text is blank. */
  static Finding of(String text, String where) {
    return text.isBlank() ? UNCLEAR : new Found(text, where);
  }

  /** The answer, if there is one. */
  default Optional<Found> found() {
    return this instanceof Found found ? Optional.of(found) : Optional.empty();
  }
}

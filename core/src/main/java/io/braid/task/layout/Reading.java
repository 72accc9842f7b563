package io.braid.task.layout;

import io.braid.task.Reference;
import java.util.Optional;

/** What a record was read as. */
public sealed interface Reading {
  /**
   * A problem.
   *
   * @param id the data set's own id, where it gives one
   * @param question the text that the model is asked
   * @param reference what a response is judged against
   */
  record Found(Optional<String> id, String question, Reference reference) implements Reading {
    Found asking(String other) {
      return new Found(id, other, reference);
    }
  }

  /**
   * No problem; the record is left out.
   *
   * @param why what it lacks: {@code no answer}
   */
  record Left(String why) implements Reading {}
}

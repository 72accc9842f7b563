package io.braid.input;

import io.braid.Doc;
import io.braid.task.ProblemFields;
import java.util.Optional;

/**
 * The keys of a data file's fields; missing keys are detected.
 *
 * @param question the key of the question
 * @param answer the key of the answer
 * @param id the key of a unique id
 */
public record FieldsRecipe(
    @Doc("The key of the question; by default question, problem or prompt.")
        Optional<String> question,
    @Doc("The key of the answer; by default answer or solution.") Optional<String> answer,
    @Doc("The key of a unique id.") Optional<String> id) {
  /** Returns the keys in the form that the reader of data files takes. */
  public ProblemFields fields() {
    return new ProblemFields(question, answer, id);
  }
}

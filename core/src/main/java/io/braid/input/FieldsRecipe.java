package io.braid.input;

import io.braid.Doc;
import io.braid.task.ProblemFields;
import java.util.Optional;

/**
 * Which keys of a data file hold what; those that are not named are found by themselves.
 *
 * @param question the question's
 * @param answer the answer's
 * @param id a unique id's
 */
public record FieldsRecipe(
    @Doc("Else question, problem or prompt.") Optional<String> question,
    @Doc("Else answer or solution.") Optional<String> answer,
    Optional<String> id) {
  public ProblemFields fields() {
    return new ProblemFields(question, answer, id);
  }
}

package io.braid.app.report;

import java.util.List;

/**
 * What several models answered to one problem.
 *
 * @param problem the problem as it was posed
 * @param models each with its distinct answers
 */
public record Solutions(String problem, List<Model> models) {
  /** Copies the list. */
  public Solutions {
    models = List.copyOf(models);
  }

  /** A model and its distinct answers, as they are to be listed. */
  public record Model(String name, List<Answer> answers) {
    /** Copies the list. */
    public Model {
      answers = List.copyOf(answers);
    }
  }

  /** An answer, the verifier's word on it, and how often it was given. */
  public record Answer(String text, boolean right, int times) {}
}

package io.braid.app.report;

import java.util.List;

/**
 * The answers of several models to one problem.
 *
 * @param problem text of the problem
 * @param pictures the problem's images as data URLs
 * @param models the models with their distinct answers
 */
public record Solutions(String problem, List<String> pictures, List<Model> models) {
  /** Copies the lists. */
  public Solutions {
    pictures = List.copyOf(pictures);
    if (!pictures.stream().allMatch(each -> each.startsWith("data:image/"))) {
      throw new IllegalArgumentException("a picture is not part of the page");
    }
    models = List.copyOf(models);
  }

  /** A model and its distinct answers, in display order. */
  public record Model(String name, List<Answer> answers) {
    /** Copies the list. */
    public Model {
      answers = List.copyOf(answers);
    }
  }

  /** An answer, whether it is correct, and how often it was given. */
  public record Answer(String text, boolean correct, int times) {}
}

package io.braid.run.eval;

import io.braid.eval.Responder;
import io.braid.eval.suite.Asking;
import io.braid.task.Problem;
import java.util.List;

/** A model to evaluate: a model directory, a loaded model, or a model behind a service. */
public sealed interface EvaluatedModel extends AutoCloseable
    permits LocalModel, OpenModel, EndpointModel {
  /** Returns the model's name in files and tables. */
  String name();

  /** Returns the model's path or address; an evaluation can be resumed only with the same model. */
  String place();

  /** Returns the suite's prompt format that suits the model. */
  String prompt(Asking asking);

  /**
   * Returns the problems whose prompts fit the model, if the recipe allows dropping the others.
   *
   * @throws io.braid.UserError if a prompt is too long and the recipe does not allow dropping it
   */
  List<Problem> fitting(EvaluationRecipe how, List<Problem> problems);

  /**
   * Creates a responder, which can be used until this model is closed.
   *
   * @param how sampling settings
   * @param most maximum length of a response in tokens if the recipe gives none; the model's
   *     context may lower it
   * @param problems the problems that will be asked
   * @throws io.braid.UserError if the model does not support the settings
   */
  Responder responder(EvaluationRecipe how, int most, List<Problem> problems);

  @Override
  void close();
}

package io.braid.run.eval;

import io.braid.eval.Responder;
import io.braid.eval.suite.Asking;
import io.braid.task.Problem;
import java.util.List;

/** A model that is measured: a directory here, or what a service serves. */
public sealed interface EvaluatedModel extends AutoCloseable permits LocalModel, EndpointModel {
  /** What it is called in files and tables. */
  String name();

  /** Where it is, so that measuring can be gone on with only for the same one. */
  String place();

  /** The prompt format that suits it, of those that a suite is asked in. */
  String prompt(Asking asking);

  /**
   * The problems that it can be asked, without those that the recipe lets be left out.
   *
   * @throws io.braid.UserError when a prompt is too long, where these are refused
   */
  List<Problem> fitting(EvaluationRecipe how, List<Problem> problems);

  /**
   * What answers for it, until this is closed.
   *
   * @param how how it is sampled
   * @param most where the recipe does not say how long responses may be: so many tokens, or what
   *     the model's context leaves
   * @param problems those that it will be asked
   * @throws io.braid.UserError when the model cannot be asked so
   */
  Responder responder(EvaluationRecipe how, int most, List<Problem> problems);

  @Override
  void close();
}

package io.braid.eval;

import io.braid.task.Problem;
import java.util.List;
import java.util.function.Consumer;

/** Where an evaluation's responses come from: a model here, or a service. */
public interface Responder {
  /**
   * Asks every problem, as often as this responder does.
   *
   * @param seed same seed, same replies, as far as what samples them keeps to it
   * @param done is given replies as soon as they are there, every problem once, in any order, maybe
   *     by several threads at once; what it throws ends the asking
   * @throws io.braid.UserError when a problem cannot be asked
   */
  void respond(List<Problem> problems, long seed, Consumer<List<Answered>> done);

  /**
   * A problem's replies.
   *
   * @param index which of the problems that were asked, from 0
   * @param replies at least one
   */
  record Answered(int index, List<Reply> replies) {
    /** Copies the list. */
    public Answered {
      replies = List.copyOf(replies);
    }
  }
}

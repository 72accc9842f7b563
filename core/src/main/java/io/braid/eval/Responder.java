package io.braid.eval;

import io.braid.rollout.SamplingProgress;
import io.braid.task.Problem;
import java.util.List;
import java.util.function.Consumer;

/** A source of an evaluation's responses: a local model or a service. */
public interface Responder {
  /**
   * Samples responses to every problem.
   *
   * @param seed sampling seed; the same seed gives the same responses if the source is
   *     deterministic
   * @param done receives responses as they arrive, each problem once, in any order, possibly from
   *     several threads at once; an exception that it throws ends the sampling
   * @throws io.braid.UserError if a question cannot be sent
   */
  void respond(List<Problem> problems, long seed, Consumer<List<Answered>> done);

  /**
   * Returns a responder that also reports its progress while it samples. A service reports none,
   * because it shows only whole responses.
   */
  default Responder reporting(Consumer<SamplingProgress> to) {
    return this;
  }

  /**
   * The responses to a problem.
   *
   * @param index index of the problem in the given list, from 0
   * @param replies at least one response
   */
  record Answered(int index, List<Reply> replies) {
    /** Copies the list. */
    public Answered {
      replies = List.copyOf(replies);
    }
  }
}

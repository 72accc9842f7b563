package io.braid.task;

import io.braid.UserError;
import java.util.List;

/** A task whose problems are generated and are the same in every run. */
public interface ProblemSource {
  /** Returns the task's name, as in a task spec. */
  String name();

  /**
   * Returns the first problems of a split, or all if there are fewer. A request for fewer problems
   * returns a prefix of a request for more.
   */
  List<Problem> upTo(Split split, int most);

  /**
   * Returns the first {@code count} problems of a split.
   *
   * @throws UserError if there are fewer
   */
  default List<Problem> problems(Split split, int count) {
    if (count < 1) {
      throw new UserError("task %s: count is %d; it must be at least 1".formatted(name(), count));
    }
    List<Problem> problems = upTo(split, count);
    if (problems.size() < count) {
      throw new UserError(
          "task %s: %d problems of split %s were requested, but there are only %d; request fewer or widen the task's ranges"
              .formatted(name(), count, Names.of(split), problems.size()));
    }
    return problems;
  }

  /**
   * Returns a correct response to one of this task's problems, for supervised fine-tuning.
   *
   * @param problem a problem of this task
   * @param seed the same seed and problem give the same response; other seeds may give other
   *     correct responses
   */
  String randomSolution(Problem problem, long seed);
}

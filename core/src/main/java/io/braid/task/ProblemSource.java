package io.braid.task;

import io.braid.UserError;
import java.util.List;

/** A task whose problems are made, not read: any number of them, the same ones every time. */
public interface ProblemSource {
  /** The task's name, as in a task spec. */
  String name();

  /**
   * The first problems of a split, or all that there are if they are fewer. The problems of a
   * smaller number are the first of those of a larger one.
   */
  List<Problem> upTo(Split split, int most);

  /**
   * The first {@code count} problems of a split.
   *
   * @throws UserError when there are not so many
   */
  default List<Problem> problems(Split split, int count) {
    if (count < 1) {
      throw new UserError("task %s: count is %d; ask for 1 or more".formatted(name(), count));
    }
    List<Problem> problems = upTo(split, count);
    if (problems.size() < count) {
      throw new UserError(
          "task %s: %d problems of split %s were asked for and there are %d; ask for fewer or widen the task's ranges"
              .formatted(name(), count, Names.of(split), problems.size()));
    }
    return problems;
  }

  /**
   * A right response to one of this task's problems, as a demonstration to learn from.
   *
   * @param problem a problem of this task
   * @param seed the same seed and problem give the same response; other seeds, where there are
   *     several right responses, others
   */
  String randomSolution(Problem problem, long seed);
}

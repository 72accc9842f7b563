package io.braid.task;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A generated task as a user names it: where the problems come from, and which and how many of them
 * if the spec says so.
 *
 * @param source makes the problems
 * @param split the split that the spec names
 * @param count the number of problems that the spec names
 */
public record Task(ProblemSource source, Optional<Split> split, OptionalInt count) {
  /**
   * The problems that the spec names.
   *
   * @param otherwiseSplit the split when the spec names none
   * @param otherwiseCount the number of problems when the spec names none
   * @throws io.braid.UserError when there are not so many
   */
  public List<Problem> problems(Split otherwiseSplit, int otherwiseCount) {
    return source.problems(split.orElse(otherwiseSplit), count.orElse(otherwiseCount));
  }
}

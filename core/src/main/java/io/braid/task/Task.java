package io.braid.task;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A generated task as described by a spec: its source of problems and, if given, their split and
 * number.
 *
 * @param source generates the problems
 * @param split the split that the spec names
 * @param count the number of problems that the spec names
 */
public record Task(ProblemSource source, Optional<Split> split, OptionalInt count) {
  /**
   * Returns the problems that the spec names.
   *
   * @param otherwiseSplit the split if the spec names none
   * @param otherwiseCount the number of problems if the spec names none
   * @throws io.braid.UserError if there are fewer
   */
  public List<Problem> problems(Split otherwiseSplit, int otherwiseCount) {
    return source.problems(split.orElse(otherwiseSplit), count.orElse(otherwiseCount));
  }
}

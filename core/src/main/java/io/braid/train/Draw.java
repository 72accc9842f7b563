package io.braid.train;

import io.braid.objective.EqualRewards;
import io.braid.rollout.Group;
import io.braid.verify.Verdict;
import java.util.List;

/**
 * What a step learns from: problems that were asked, and what the responses were worth.
 *
 * @param problems their places in the data
 * @param groups their responses
 * @param verdicts what each response was worth
 * @param asked how many problems were asked to get these
 * @param verifySeconds how long the judging went on after the last response was sampled
 * @param end where the next draw goes on in the order of problems
 * @param sampled sums over all that was asked to get these
 */
record Draw(
    List<Integer> problems,
    List<Group> groups,
    List<List<Verdict>> verdicts,
    int asked,
    double verifySeconds,
    long end,
    Sampled sampled) {

  /** A draw of which nothing was replaced. */
  Draw(
      List<Integer> problems,
      List<Group> groups,
      List<List<Verdict>> verdicts,
      int asked,
      double verifySeconds,
      long end) {
    this(problems, groups, verdicts, asked, verifySeconds, end, Sampled.of(groups, verdicts));
  }

  /** Whether a group's responses earned rewards that differ by more than rounding. */
  static boolean mixed(List<Verdict> group) {
    return !EqualRewards.all(group.stream().mapToDouble(Verdict::reward).toArray());
  }
}

package io.braid.sampling;

import io.braid.rollout.Response.Finish;
import io.braid.trajectory.Column;
import io.braid.trajectory.Sequence;
import io.braid.trajectory.Trajectories;
import io.braid.verify.Verdict;
import java.util.List;
import java.util.Map;

/**
 * Sums over everything that a step sampled, including groups that the curriculum dropped.
 *
 * @param groups how many
 * @param mixed how many of them earned different rewards
 * @param responses how many
 * @param reward sum over all responses
 * @param correct how many responses solve their problem
 * @param unknown how many could not be verified
 * @param tokens sum over all responses
 * @param atLimit how many responses reached the length limit
 */
public record SamplingStatistics(
    long groups,
    long mixed,
    long responses,
    double reward,
    long correct,
    long unknown,
    long tokens,
    long atLimit) {
  static final SamplingStatistics NOTHING = new SamplingStatistics(0, 0, 0, 0, 0, 0, 0, 0);

  /** Sums over a table with verdicts. */
  static SamplingStatistics of(Trajectories t) {
    List<Verdict> verdicts = t.get(Column.VERDICT);
    List<Finish> finish = t.get(Column.FINISH);
    List<int[]> groups = t.groups();
    return new SamplingStatistics(
        groups.size(),
        groups.stream().filter(rows -> DynamicSampling.mixed(verdicts, rows)).count(),
        t.rows(),
        verdicts.stream().mapToDouble(Verdict::reward).sum(),
        verdicts.stream().filter(Verdict::correct).count(),
        verdicts.stream().filter(Verdict::unknown).count(),
        t.sequences().stream().map(Sequence::response).mapToLong(ids -> ids.length).sum(),
        finish.stream().filter(Finish::atLimit).count());
  }

  SamplingStatistics and(SamplingStatistics more) {
    return new SamplingStatistics(
        groups + more.groups,
        mixed + more.mixed,
        responses + more.responses,
        reward + more.reward,
        correct + more.correct,
        unknown + more.unknown,
        tokens + more.tokens,
        atLimit + more.atLimit);
  }

  /** Puts the means into a step's metrics. */
  public void putInto(Map<String, Double> metrics) {
    metrics.put("reward", reward / responses);
    metrics.put("accuracy", correct / (double) responses);
    metrics.put("unknown", unknown / (double) responses);
    metrics.put("mixed_groups", mixed / (double) groups);
    metrics.put("length", tokens / (double) responses);
    metrics.put("truncated", atLimit / (double) responses);
    metrics.put("prompts_asked", (double) groups);
  }
}

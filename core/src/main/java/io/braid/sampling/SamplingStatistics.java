package io.braid.sampling;

import io.braid.Metric;
import io.braid.Metric.Unit;
import io.braid.MetricValues;
import io.braid.rollout.Response.Finish;
import io.braid.rollout.ResponseMetrics;
import io.braid.trajectory.Column;
import io.braid.trajectory.Sequence;
import io.braid.trajectory.Trajectories;
import io.braid.verify.Verdict;
import io.braid.verify.VerdictMetrics;
import java.util.List;

/**
 * Sums over all groups that a step sampled, including those that the curriculum dropped.
 *
 * @param groups number of groups
 * @param mixed number of groups whose responses earned different rewards
 * @param responses number of responses
 * @param reward sum of the rewards of all responses
 * @param correct number of responses that solve their problem
 * @param unknown number of responses that could not be verified
 * @param tokens number of tokens of all responses
 * @param atLimit number of responses that reached the length limit
 * @param unannounced number of those whose answer did not count because they do not announce it
 */
public record SamplingStatistics(
    long groups,
    long mixed,
    long responses,
    double reward,
    long correct,
    long unknown,
    long tokens,
    long atLimit,
    long unannounced) {
  /** The metric of groups whose responses earned different rewards. */
  public static final Metric MIXED_GROUP_FRAC =
      Metric.declare(
          "mixed_group_frac",
          Unit.FRACTION,
          "fraction of prompts whose responses earned different rewards");

  /** The metric of sampled prompts. */
  public static final Metric PROMPTS_SAMPLED =
      Metric.declare(
          "prompts_sampled",
          Unit.COUNT,
          "prompts for which responses were sampled; with `dynamic-sampling` more than are trained"
              + " on. The metrics of rewards and lengths cover all of them, other metrics only the"
              + " prompts that were kept");

  static final SamplingStatistics NOTHING = new SamplingStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Computes the sums of a table with verdicts. */
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
        finish.stream().filter(Finish::atLimit).count(),
        verdicts.stream().filter(Verdict::unannounced).count());
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
        atLimit + more.atLimit,
        unannounced + more.unannounced);
  }

  /** Adds the means to a step's metrics. */
  public void putInto(MetricValues metrics) {
    metrics.put(VerdictMetrics.REWARD, reward / responses);
    metrics.put(VerdictMetrics.ACCURACY, correct / (double) responses);
    metrics.put(VerdictMetrics.UNKNOWN_FRAC, unknown / (double) responses);
    metrics.put(MIXED_GROUP_FRAC, mixed / (double) groups);
    metrics.put(ResponseMetrics.RESPONSE_LENGTH, tokens / (double) responses);
    metrics.put(ResponseMetrics.TRUNCATED_FRAC, atLimit / (double) responses);
    metrics.put(VerdictMetrics.UNANNOUNCED_FRAC, unannounced / (double) responses);
    metrics.put(PROMPTS_SAMPLED, groups);
  }
}

package io.braid.train;

import io.braid.rollout.Group;
import io.braid.rollout.Response;
import io.braid.verify.Verdict;
import java.util.List;
import java.util.Map;

/**
 * Sums over everything that a step sampled, the groups among it that dynamic sampling replaced.
 *
 * @param groups how many
 * @param mixed how many of them earned different rewards
 * @param responses how many
 * @param reward of all responses
 * @param correct how many responses solve their problem
 * @param unknown how many could not be judged
 * @param tokens of all responses
 * @param atLimit how many responses reached the length limit
 */
record Sampled(
    long groups,
    long mixed,
    long responses,
    double reward,
    long correct,
    long unknown,
    long tokens,
    long atLimit) {
  static final Sampled NOTHING = new Sampled(0, 0, 0, 0, 0, 0, 0, 0);

  /** Sums over groups with their verdicts. */
  static Sampled of(List<Group> groups, List<List<Verdict>> verdicts) {
    List<Response> responses = groups.stream().flatMap(each -> each.responses().stream()).toList();
    List<Verdict> judged = verdicts.stream().flatMap(List::stream).toList();
    return new Sampled(
        groups.size(),
        verdicts.stream().filter(Draw::mixed).count(),
        responses.size(),
        judged.stream().mapToDouble(Verdict::reward).sum(),
        judged.stream().filter(Verdict::correct).count(),
        judged.stream().filter(Verdict::unknown).count(),
        responses.stream().mapToLong(Response::length).sum(),
        responses.stream().filter(Response::reachedLimit).count());
  }

  Sampled and(Sampled more) {
    return new Sampled(
        groups + more.groups,
        mixed + more.mixed,
        responses + more.responses,
        reward + more.reward,
        correct + more.correct,
        unknown + more.unknown,
        tokens + more.tokens,
        atLimit + more.atLimit);
  }

  /** Means over all of it, by name. */
  void tell(Map<String, Double> metrics) {
    metrics.put("reward", reward / responses);
    metrics.put("accuracy", correct / (double) responses);
    metrics.put("unknown", unknown / (double) responses);
    metrics.put("mixed_groups", mixed / (double) groups);
    metrics.put("length", tokens / (double) responses);
    metrics.put("truncated", atLimit / (double) responses);
  }
}

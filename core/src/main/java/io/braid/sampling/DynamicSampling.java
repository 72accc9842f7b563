package io.braid.sampling;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.objective.EqualRewards;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import io.braid.verify.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * DAPO's dynamic sampling (Yu et al. 2025, arXiv 2503.14476, section 3.2): drops groups whose
 * responses all earned the same reward, since their advantages are zero, and samples more problems
 * instead.
 *
 * @param maxBatches maximum number of batches of prompts that a step may sample
 */
public record DynamicSampling(
    @Doc(
            "Maximum number of batches of prompts_per_step that a step samples; then it trains on"
                + " the groups found so far.")
        @Default("10")
        int maxBatches)
    implements CurriculumSettings {
  /** Checks the bound. */
  public DynamicSampling {
    Check.atLeast("max_batches", maxBatches, 1);
  }

  @Override
  public Curriculum create(Order order, int problems, long seed) {
    return new Sampling(order, maxBatches);
  }

  /** Returns whether the rewards of a group's responses differ by more than rounding. */
  static boolean mixed(List<Verdict> verdicts, int[] rows) {
    return !EqualRewards.all(
        Arrays.stream(rows).mapToDouble(row -> verdicts.get(row).reward()).toArray());
  }

  /** Continues in the order where the last step ended. */
  private static final class Sampling implements Curriculum {
    private final Order order;
    private final int maxBatches;
    private long position;

    Sampling(Order order, int maxBatches) {
      this.order = order;
      this.maxBatches = maxBatches;
    }

    @Override
    public int[] next(Request request) {
      boolean done = request.round() == maxBatches || enough(request);
      if (done && request.taken().rows() == 0) {
        throw new NothingToLearn(
            "curriculum: none of %d problems got responses with different rewards (%d batches of %d), so there is no learning signal; use problems of another difficulty, more rollout.samples or a higher rollout.temperature, or remove dynamic-sampling"
                .formatted(maxBatches * request.prompts(), maxBatches, request.prompts()));
      }
      int count = done ? 0 : request.prompts();
      long from = position;
      position += count;
      return IntStream.range(0, count).map(i -> order.at(from + i)).toArray();
    }

    private static boolean enough(Request request) {
      return request.taken().groupCount() >= request.prompts();
    }

    @Override
    public Trajectories take(Request request, Trajectories sampled) {
      List<Verdict> verdicts = sampled.get(Column.VERDICT);
      int[] mixed =
          sampled.groups().stream()
              .filter(rows -> mixed(verdicts, rows))
              .mapToInt(rows -> sampled.group(rows[0]))
              .limit(request.prompts() - request.taken().groupCount())
              .toArray();
      return request.taken().and(sampled.keepGroups(mixed));
    }

    @Override
    public String state() {
      return Long.toString(position);
    }

    @Override
    public void restore(String state) {
      position = Long.parseLong(state);
    }
  }
}

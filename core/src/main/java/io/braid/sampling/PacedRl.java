package io.braid.sampling;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import io.braid.rollout.Prompt;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * PACED-RL (arXiv 2602.12642): predicts the policy's accuracy on a prompt from FlowRL's log Z. It
 * chooses prompts near a target accuracy, and replays groups whose prediction was far from their
 * mean reward.
 *
 * <pre>
 *   p̂(x) = mean over the group of (log Z(x) + mean_t log π_θ − mean_t log π_ref) / β
 *   choose by |p̂(x) − target| , replay by |p̂(x) − mean reward|
 * </pre>
 *
 * p̂ is {@link Column#EXPECTED_REWARD}, from the last training on the prompt; it contains the terms
 * of π_θ and π_ref because π_ref is fixed here. To sample k problems, the curriculum considers the
 * next {@code candidates} · k problems of the order and takes those nearest to the target. A
 * problem without p̂ counts as being at the target, so every problem is tried. Replayed groups keep
 * the version number of the weights that they were sampled with.
 *
 * @param target target accuracy
 * @param candidates number of problems considered per sampled problem
 * @param replay fraction of a step's groups that are replayed
 * @param buffer maximum number of groups kept for replay
 */
public record PacedRl(
    @Doc("Target expected reward; problems near it are chosen.") @Default("0.5") double target,
    @Doc("Number of problems of the order considered per sampled problem.") @Default("2")
        int candidates,
    @Doc("Fraction of a step's groups that are replayed.") @Default("0.25") double replay,
    @Doc(
            "Maximum number of groups kept for replay: those with the largest error of the expected"
                + " reward.")
        @Default("128")
        int buffer)
    implements CurriculumSettings {
  private static final JsonMapper JSON = new JsonMapper();

  /** Checks the settings. */
  public PacedRl {
    if (!Double.isFinite(target)) {
      throw new SettingError("target", "must be finite, got " + target);
    }
    Check.atLeast("candidates", candidates, 1);
    if (!(replay >= 0 && replay < 1)) {
      throw new SettingError("replay", "must be at least 0 and below 1, got " + replay);
    }
    Check.atLeast("buffer", buffer, 1);
  }

  @Override
  public Curriculum create(Order order, int problems, long seed) {
    return new Paced(this, order);
  }

  @Override
  public Set<Column<double[]>> needs() {
    return Set.of(Column.EXPECTED_REWARD);
  }

  @Override
  public boolean replays() {
    return replay > 0;
  }

  @Override
  public boolean needsRawRewards() {
    return true;
  }

  /**
   * A group that may be replayed.
   *
   * @param group a table of this group only, with {@link Column#SAMPLED}
   * @param error |p̂ − mean reward|
   */
  private record Kept(Trajectories group, double error) {}

  private static final class Paced implements Curriculum {
    private final PacedRl settings;
    private final Order order;
    private long position;
    private final Map<Integer, Double> expected = new TreeMap<>(); // p̂ by problem
    private List<Kept> kept = List.of(); // in descending order of error

    Paced(PacedRl settings, Order order) {
      this.settings = settings;
      this.order = order;
    }

    @Override
    public int[] next(Request request) {
      if (request.round() > 0) {
        return new int[0];
      }
      int sampled = request.prompts() - replayed(request);
      int looked = Math.multiplyExact(sampled, settings.candidates);
      long from = position;
      position += looked;
      Map<Integer, Integer> seen = new HashMap<>();
      return IntStream.range(0, looked)
          .mapToObj(i -> order.at(from + i))
          .map(problem -> new Candidate(problem, seen.merge(problem, 1, Integer::sum)))
          .sorted(
              Comparator.comparingInt(Candidate::time) // no problem twice if there are enough
                  .thenComparingDouble(each -> distance(each.problem))) // ties keep their order
          .limit(sampled)
          .mapToInt(Candidate::problem)
          .toArray();
    }

    /** A problem under consideration, and how many times it has occurred so far. */
    private record Candidate(int problem, int time) {}

    private double distance(int problem) {
      return Math.abs(expected.getOrDefault(problem, settings.target) - settings.target);
    }

    private int replayed(Request request) {
      return Math.min(kept.size(), (int) (settings.replay * request.prompts()));
    }

    @Override
    public Trajectories take(Request request, Trajectories sampled) {
      int count = replayed(request);
      Trajectories all = request.taken().and(sampled);
      for (Kept each : kept.subList(0, count)) {
        all = all.and(each.group);
      }
      kept = List.copyOf(kept.subList(count, kept.size()));
      return all;
    }

    @Override
    public void observe(Trajectories learned) {
      if (!learned.has(Column.EXPECTED_REWARD)) {
        return; // the policy waited for a critic: no loss was computed
      }
      double[] expectedRewards = learned.get(Column.EXPECTED_REWARD);
      double[] rewards = learned.totalRewards();
      int[] problems = learned.get(Column.PROBLEM);
      List<Kept> more = new ArrayList<>(kept);
      for (int[] rows : learned.groups()) {
        int group = learned.group(rows[0]);
        double p = mean(expectedRewards, rows);
        expected.put(problems[group], p);
        more.add(
            new Kept(
                learned.columns(Column.SAMPLED).keepGroups(new int[] {group}),
                Math.abs(p - mean(rewards, rows))));
      }
      more.sort(Comparator.comparingDouble(each -> -each.error));
      kept = List.copyOf(more.subList(0, Math.min(settings.buffer, more.size())));
    }

    private static double mean(double[] values, int[] rows) {
      return Arrays.stream(rows).mapToDouble(row -> values[row]).average().orElseThrow();
    }

    // ---- the checkpoint -----------------------------------------------------------------------

    @Override
    public String state() {
      return snapshot().get();
    }

    @Override
    public Supplier<String> snapshot() {
      long position = this.position;
      Map<Integer, Double> expected = new TreeMap<>(this.expected);
      List<Kept> kept = this.kept; // does not change
      return () -> text(position, expected, kept);
    }

    private static String text(long position, Map<Integer, Double> expected, List<Kept> kept) {
      ObjectNode root = JSON.createObjectNode().put("position", position);
      ObjectNode byProblem = root.putObject("expected");
      expected.forEach((problem, p) -> byProblem.put(problem.toString(), p.doubleValue()));
      for (Kept each : kept) {
        ObjectNode node = root.withArray("kept").addObject().put("error", each.error);
        Prompt prompt = each.group.prompt(0);
        node.put("key", prompt.key()).set("prompt", JSON.valueToTree(prompt.ids()));
        TrajectoriesJson.write(each.group, node);
      }
      return root.toString();
    }

    @Override
    public void restore(String state) {
      try {
        JsonNode root = JSON.readTree(state);
        Map<Integer, Double> byProblem = new HashMap<>();
        root.required("expected")
            .properties()
            .forEach(each ->
                byProblem.put(Integer.valueOf(each.getKey()), each.getValue().doubleValue()));
        List<Kept> groups = new ArrayList<>();
        for (JsonNode node : root.path("kept")) {
          Prompt prompt =
              new Prompt(
                  node.required("key").asString(),
                  node.required("prompt").valueStream().mapToLong(JsonNode::asLong).toArray());
          groups.add(
              new Kept(
                  TrajectoriesJson.read(node, _ -> prompt), node.required("error").doubleValue()));
        }
        position = root.required("position").asLong();
        expected.clear();
        expected.putAll(byProblem);
        kept = List.copyOf(groups);
      } catch (JacksonException | IndexOutOfBoundsException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }
  }
}

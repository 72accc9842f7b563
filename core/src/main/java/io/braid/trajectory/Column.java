package io.braid.trajectory;

import io.braid.rollout.Response;
import io.braid.verify.Verdict;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A column of {@link Trajectories}. Token columns hold one number for each trained token: tokens
 * that the loss mask leaves out have no place in them.
 *
 * @param <A> what holds its values: a primitive array, or a list
 */
public final class Column<A> {
  /** What a column has one value for. */
  public enum Per {
    /** Each trained token of each row. */
    TOKEN,
    /** Each row. */
    ROW,
    /** Each group, which is each prompt of the step. */
    GROUP
  }

  /** The text of each response, without special tokens. Filled by the rollout. */
  public static final Column<List<String>> TEXT = listOfRows("text");

  /** Why each response ended. Filled by the rollout. */
  public static final Column<List<Response.Finish>> FINISH = listOfRows("finish");

  /**
   * How many training steps the weights had seen that sampled each row: fewer than the step's
   * number where rollouts are stale.
   */
  public static final Column<int[]> WEIGHTS_VERSION =
      new Column<>("weights_version", Per.ROW, int[].class);

  /** Each group's problem, by its index in the data. Filled by the rollout. */
  public static final Column<int[]> PROBLEM = new Column<>("problem", Per.GROUP, int[].class);

  /** log π_roll of each token, under the weights that sampled it. Filled by the rollout. */
  public static final Column<float[]> ROLLOUT_LOG_PROBS = ofTokens("rollout_log_probs");

  /** What the verifier said of each response. */
  public static final Column<List<Verdict>> VERDICT = listOfRows("verdict");

  /** The columns that a rollout with verdicts has. */
  public static final Set<Column<?>> SAMPLED =
      Set.of(TEXT, FINISH, WEIGHTS_VERSION, PROBLEM, ROLLOUT_LOG_PROBS, VERDICT);

  /**
   * The reward of each response as a whole: the verifier's, penalties added, without what is in
   * {@link #TOKEN_REWARDS}. It falls on the last token.
   */
  public static final Column<double[]> REWARD = new Column<>("reward", Per.ROW, double[].class);

  /** The reward of each token beside the response's: of verifiers by token, and of signals. */
  public static final Column<double[]> TOKEN_REWARDS =
      new Column<>("token_rewards", Per.TOKEN, double[].class);

  /** log π_old: the policy before the step's first update. */
  public static final Column<float[]> OLD_LOG_PROBS = ofTokens("old_log_probs");

  /** log π_ref: the frozen reference. */
  public static final Column<float[]> REF_LOG_PROBS = ofTokens("ref_log_probs");

  /** V(s_t): the return that the critic expects before each token. */
  public static final Column<float[]> VALUES = ofTokens("values");

  /** The policy's entropy at each token, in nats, before the step's first update. */
  public static final Column<float[]> ENTROPIES = ofTokens("entropies");

  /** Â_t. */
  public static final Column<float[]> ADVANTAGES = ofTokens("advantages");

  /** The critic's target at each token. */
  public static final Column<float[]> RETURNS = ofTokens("returns");

  /** Weights against the difference between π_roll and π_old, constants in the loss. */
  public static final Column<float[]> IMPORTANCE_WEIGHTS = ofTokens("importance_weights");

  /**
   * log Z of each row's prompt, per token: FlowRL's log-partition function. Filled by the loss, or
   * before it where log Z is estimated once.
   */
  public static final Column<double[]> LOG_Z = ofRows("log_z");

  /**
   * The advantage with which each row would be in balance: (log Z + mean_t log π_θ − mean_t log
   * π_ref) / β. Where the advantage is the reward, its mean over a prompt's rows is the expected
   * reward by which PACED-RL chooses prompts. Filled by FlowRL's loss.
   */
  public static final Column<double[]> EXPECTED_REWARD = ofRows("expected_reward");

  private final String name;
  private final Per per;
  private final Class<?> type;

  private Column(String name, Per per, Class<?> type) {
    this.name = name;
    this.per = per;
    this.type = type;
  }

  /** A column of one's own, a float for each trained token. */
  public static Column<float[]> ofTokens(String name) {
    return new Column<>(name, Per.TOKEN, float[].class);
  }

  /** A column of one's own, a double for each row. */
  public static Column<double[]> ofRows(String name) {
    return new Column<>(name, Per.ROW, double[].class);
  }

  private static <T> Column<List<T>> listOfRows(String name) {
    return new Column<>(name, Per.ROW, List.class);
  }

  /** Its name, for messages. */
  public String name() {
    return name;
  }

  /** What it has one value for. */
  public Per per() {
    return per;
  }

  /** The values as this column's type. */
  @SuppressWarnings("unchecked") // List columns are made here, with their type
  A cast(Object values) {
    return (A) type.cast(values);
  }

  int size(Object values) {
    return values instanceof List<?> list ? list.size() : Array.getLength(values);
  }

  /** Values of some ranges, one after the other. */
  Object take(Object values, int[] starts, int[] ends) {
    if (values instanceof List<?> list) {
      List<Object> taken = new ArrayList<>();
      for (int i = 0; i < starts.length; i++) {
        taken.addAll(list.subList(starts[i], ends[i]));
      }
      return List.copyOf(taken);
    }
    int count = 0;
    for (int i = 0; i < starts.length; i++) {
      count += ends[i] - starts[i];
    }
    Object taken = Array.newInstance(type.getComponentType(), count);
    int at = 0;
    for (int i = 0; i < starts.length; i++) {
      System.arraycopy(values, starts[i], taken, at, ends[i] - starts[i]);
      at += ends[i] - starts[i];
    }
    return taken;
  }

  /** Values of one table after those of another. */
  Object join(Object first, Object second) {
    if (first instanceof List<?> list) {
      List<Object> all = new ArrayList<>(list);
      all.addAll((List<?>) second);
      return List.copyOf(all);
    }
    int count = size(first);
    Object all = Array.newInstance(type.getComponentType(), count + size(second));
    System.arraycopy(first, 0, all, 0, count);
    System.arraycopy(second, 0, all, count, size(second));
    return all;
  }

  @Override
  public String toString() {
    return name;
  }
}

package io.braid.trajectory;

import io.braid.rollout.Response;
import io.braid.verify.Verdict;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A column of {@link Trajectories}. Token columns hold one number for each trained token and none
 * for tokens that the loss mask excludes.
 *
 * @param <A> type of the values' container: a primitive array or a list
 */
public final class Column<A> {
  /** The unit for which a column has one value. */
  public enum Per {
    /** One value per trained token of each row. */
    TOKEN,
    /** One value per row. */
    ROW,
    /** One value per group, that is, per prompt of the step. */
    GROUP
  }

  /** The text of each response, without special tokens. Filled by the rollout. */
  public static final Column<List<String>> TEXT = listOfRows("text");

  /** Why each response ended. Filled by the rollout. */
  public static final Column<List<Response.Finish>> FINISH = listOfRows("finish");

  /**
   * The number of training steps that the weights which sampled each row included; less than the
   * step's index if rollouts are stale. Filled by the rollout.
   */
  public static final Column<int[]> WEIGHTS_VERSION =
      new Column<>("weights_version", Per.ROW, int[].class);

  /** The index in the data of each group's problem. Filled by the rollout. */
  public static final Column<int[]> PROBLEM = new Column<>("problem", Per.GROUP, int[].class);

  /**
   * log π_roll of each token, under the weights that sampled it, in nats. Filled by the rollout.
   */
  public static final Column<float[]> ROLLOUT_LOG_PROBS = ofTokens("rollout_log_probs");

  /**
   * The entropy of the distribution from which the rollout sampled each token, in nats; NaN if it
   * is not known. Filled by the rollout.
   */
  public static final Column<float[]> ROLLOUT_ENTROPIES = ofTokens("rollout_entropies");

  /** The verifier's verdict on each response. */
  public static final Column<List<Verdict>> VERDICT = listOfRows("verdict");

  /** The columns of a rollout with verdicts. */
  public static final Set<Column<?>> SAMPLED =
      Set.of(TEXT, FINISH, WEIGHTS_VERSION, PROBLEM, ROLLOUT_LOG_PROBS, ROLLOUT_ENTROPIES, VERDICT);

  /**
   * The reward of each response as a whole: the verifier's reward and penalties, without the
   * rewards in {@link #TOKEN_REWARDS}. It belongs to the last token.
   */
  public static final Column<double[]> REWARD = new Column<>("reward", Per.ROW, double[].class);

  /** The rewards of individual tokens, from verifiers that reward tokens and from token signals. */
  public static final Column<double[]> TOKEN_REWARDS =
      new Column<>("token_rewards", Per.TOKEN, double[].class);

  /** log π_old of each token, under the policy before the step's first update, in nats. */
  public static final Column<float[]> OLD_LOG_PROBS = ofTokens("old_log_probs");

  /** log π_ref of each token, under the frozen reference, in nats. */
  public static final Column<float[]> REF_LOG_PROBS = ofTokens("ref_log_probs");

  /** V(s_t), the return that the critic predicts before each token. */
  public static final Column<float[]> VALUES = ofTokens("values");

  /**
   * The entropy of the policy's next-token distribution at each token, before the step's first
   * update, in nats.
   */
  public static final Column<float[]> ENTROPIES = ofTokens("entropies");

  /** Â_t, the advantage of each token. */
  public static final Column<float[]> ADVANTAGES = ofTokens("advantages");

  /** The critic's target at each token. */
  public static final Column<float[]> RETURNS = ofTokens("returns");

  /**
   * The weight of each token that corrects for the difference between π_roll and π_old; a constant
   * in the loss.
   */
  public static final Column<float[]> IMPORTANCE_WEIGHTS = ofTokens("importance_weights");

  /**
   * FlowRL's log-partition function log Z of each row's prompt, in nats per token. Filled by the
   * loss, or before the loss if log Z is estimated once per prompt.
   */
  public static final Column<double[]> LOG_Z = ofRows("log_z");

  /**
   * The advantage at which each row's trajectory balance residual would be 0: (log Z + mean_t log
   * π_θ − mean_t log π_ref) / β. If the advantage equals the reward, the mean of this column over a
   * prompt's rows is the expected reward by which PACED-RL chooses prompts. Filled by FlowRL's
   * loss.
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

  /** Creates a column with a float for each trained token. */
  public static Column<float[]> ofTokens(String name) {
    return new Column<>(name, Per.TOKEN, float[].class);
  }

  /** Creates a column with a double for each row. */
  public static Column<double[]> ofRows(String name) {
    return new Column<>(name, Per.ROW, double[].class);
  }

  private static <T> Column<List<T>> listOfRows(String name) {
    return new Column<>(name, Per.ROW, List.class);
  }

  /** Returns the name, for messages. */
  public String name() {
    return name;
  }

  /** Returns the unit for which the column has one value. */
  public Per per() {
    return per;
  }

  /** Casts values to this column's type. */
  @SuppressWarnings("unchecked") // only this class creates list columns, with the right type
  A cast(Object values) {
    return (A) type.cast(values);
  }

  int size(Object values) {
    return values instanceof List<?> list ? list.size() : Array.getLength(values);
  }

  /** Concatenates some ranges of the values. */
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

  /** Concatenates the values of two tables. */
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

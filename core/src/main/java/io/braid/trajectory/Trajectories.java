package io.braid.trajectory;

import io.braid.rollout.Prompt;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The table of a training step, from rollout to loss: one row for each response, in a fixed order,
 * the rows of a group side by side. Each stage adds columns; a column that no stage has filled is
 * absent, and asking for it is an error that names it.
 *
 * <p>The table does not change: {@link #with} and {@link #select} make another one. Arrays are not
 * copied, so whoever takes one must leave it as it is.
 *
 * <p>Token columns are laid end to end over the <em>trained</em> tokens, those that the rows' loss
 * masks keep. {@code n} is their number, {@code r} that of rows, {@code g} that of groups. Because
 * a masked token has no place in any token column, no loss, statistic or divisor can count it.
 */
public final class Trajectories {
  private final List<Prompt> prompts;
  private final List<Sequence> sequences;
  private final int[] groups;
  private final int[] rows; // of the step's whole table
  private final int[] starts; // [r + 1], among the n
  private final Map<Column<?>, Object> columns;

  private Trajectories(
      List<Prompt> prompts,
      List<Sequence> sequences,
      int[] groups,
      int[] rows,
      Map<Column<?>, Object> columns) {
    this.prompts = prompts;
    this.sequences = sequences;
    this.groups = groups;
    this.rows = rows;
    this.starts = new int[sequences.size() + 1];
    for (int i = 0; i < sequences.size(); i++) {
      starts[i + 1] = starts[i] + sequences.get(i).trained();
    }
    this.columns = columns;
  }

  /**
   * A table without columns.
   *
   * @param prompts of the groups
   * @param sequences one for each row
   * @param groups of each row, in ascending order
   */
  public static Trajectories of(List<Prompt> prompts, List<Sequence> sequences, int[] groups) {
    if (groups.length != sequences.size()) {
      throw new IllegalArgumentException(
          "%s groups for %s rows".formatted(groups.length, sequences.size()));
    }
    for (int i = 0; i < groups.length; i++) {
      if (groups[i] < (i == 0 ? 0 : groups[i - 1]) || groups[i] >= prompts.size()) {
        throw new IllegalArgumentException("group %s at row %s".formatted(groups[i], i));
      }
      if (sequences.get(i).trained() == 0) {
        throw new IllegalArgumentException("row %s has no token that is trained on".formatted(i));
      }
    }
    int[] rows = IntStream.range(0, groups.length).toArray();
    return new Trajectories(
        List.copyOf(prompts), List.copyOf(sequences), groups.clone(), rows, Map.of());
  }

  /** A table without rows. */
  public static Trajectories none() {
    return of(List.of(), List.of(), new int[0]);
  }

  // ---- rows -----------------------------------------------------------------------------------

  /** r: how many rows. */
  public int rows() {
    return sequences.size();
  }

  /** n: how many trained tokens in all. */
  public int tokens() {
    return starts[rows()];
  }

  /** How many trained tokens a row has. */
  public int length(int row) {
    return starts[row + 1] - starts[row];
  }

  /** Where a row's tokens begin in token columns; {@code start(rows())} is n. */
  public int start(int row) {
    return starts[row];
  }

  /** A row's tokens, with its prompt, loss mask and segments. */
  public Sequence sequence(int row) {
    return sequences.get(row);
  }

  /** All rows' tokens. */
  public List<Sequence> sequences() {
    return sequences;
  }

  /** A row's index in the step's whole table, which {@link #select} keeps. */
  public int rowOfStep(int row) {
    return rows[row];
  }

  // ---- groups ---------------------------------------------------------------------------------

  /** The group that a row belongs to. Its number is kept by {@link #select}. */
  public int group(int row) {
    return groups[row];
  }

  /** How many groups the step has, those without a row here among them. */
  public int groupCount() {
    return prompts.size();
  }

  /** A group's prompt. */
  public Prompt prompt(int group) {
    return prompts.get(group);
  }

  /** The rows of each group that has any here, in order. */
  public List<int[]> groups() {
    List<int[]> all = new ArrayList<>();
    int from = 0;
    for (int row = 1; row <= rows(); row++) {
      if (row == rows() || groups[row] != groups[from]) {
        all.add(IntStream.range(from, row).toArray());
        from = row;
      }
    }
    return all;
  }

  // ---- columns --------------------------------------------------------------------------------

  /** Whether a stage has filled a column. */
  public boolean has(Column<?> column) {
    return columns.containsKey(column);
  }

  /**
   * A column's values, one for each trained token, row or group.
   *
   * @throws IllegalStateException when no stage has filled it
   */
  public <A> A get(Column<A> column) {
    return find(column)
        .orElseThrow(() ->
            new IllegalStateException(
                "trajectories have no column %s yet; they have: %s"
                    .formatted(
                        column.name(),
                        columns.keySet().stream()
                            .map(Column::name)
                            .sorted()
                            .collect(Collectors.joining(", ")))));
  }

  /** A column's values, where a stage has filled it. */
  public <A> Optional<A> find(Column<A> column) {
    return Optional.ofNullable(columns.get(column)).map(column::cast);
  }

  /** One row's part of a token column, copied. */
  public float[] row(Column<float[]> column, int row) {
    return Arrays.copyOfRange(get(column), starts[row], starts[row + 1]);
  }

  /** The same table with a column filled, in place of its values so far where it had any. */
  public <A> Trajectories with(Column<A> column, A values) {
    int wanted =
        switch (column.per()) {
          case TOKEN -> tokens();
          case ROW -> rows();
          case GROUP -> groupCount();
        };
    if (column.size(values) != wanted) {
      throw new IllegalArgumentException(
          "%s values for the column %s, which has %s"
              .formatted(column.size(values), column.name(), wanted));
    }
    Map<Column<?>, Object> more = new LinkedHashMap<>(columns);
    more.put(column, values);
    return new Trajectories(prompts, sequences, groups, rows, more);
  }

  /** The same rows with some of the columns. */
  public Trajectories columns(Set<Column<?>> some) {
    Map<Column<?>, Object> kept = new LinkedHashMap<>(columns);
    kept.keySet().retainAll(some);
    return new Trajectories(prompts, sequences, groups, rows, kept);
  }

  /** Some rows, with all columns; groups and prompts keep their numbers. */
  public Trajectories select(int[] some) {
    Map<Column<?>, Object> taken = new LinkedHashMap<>();
    int[] after = Arrays.stream(some).map(row -> row + 1).toArray();
    int[] tokenStarts = Arrays.stream(some).map(row -> starts[row]).toArray();
    int[] tokenEnds = Arrays.stream(after).map(row -> starts[row]).toArray();
    columns.forEach((column, values) ->
        taken.put(
            column,
            switch (column.per()) {
              case TOKEN -> column.take(values, tokenStarts, tokenEnds);
              case ROW -> column.take(values, some, after);
              case GROUP -> values;
            }));
    return new Trajectories(
        prompts,
        Arrays.stream(some).mapToObj(sequences::get).toList(),
        Arrays.stream(some).map(row -> groups[row]).toArray(),
        Arrays.stream(some).map(row -> rows[row]).toArray(),
        taken);
  }

  /** A table of some whole groups alone, which are numbered anew from 0. */
  public Trajectories keepGroups(int[] some) {
    List<Trajectories> kept = new ArrayList<>();
    for (int group : some) {
      int[] own = IntStream.range(0, rows()).filter(row -> groups[row] == group).toArray();
      kept.add(select(own).alone(group));
    }
    return kept.stream().reduce(Trajectories::and).orElseGet(Trajectories::none);
  }

  private Trajectories alone(int group) {
    Map<Column<?>, Object> own = new LinkedHashMap<>();
    columns.forEach((column, values) ->
        own.put(
            column,
            column.per() == Column.Per.GROUP
                ? column.take(values, new int[] {group}, new int[] {group + 1})
                : values));
    return new Trajectories(
        List.of(prompts.get(group)),
        sequences,
        new int[rows()],
        IntStream.range(0, rows()).toArray(),
        own);
  }

  /**
   * This table's rows and those of another one, which must have the same columns; the other's
   * groups are numbered after those here.
   */
  public Trajectories and(Trajectories more) {
    if (rows() == 0) {
      return more;
    }
    if (more.rows() == 0) {
      return this;
    }
    if (!columns.keySet().equals(more.columns.keySet())) {
      throw new IllegalArgumentException(
          "tables of other columns: %s and %s".formatted(columns.keySet(), more.columns.keySet()));
    }
    Map<Column<?>, Object> all = new LinkedHashMap<>();
    columns.forEach(
        (column, values) -> all.put(column, column.join(values, more.get((Column<?>) column))));
    int rows = rows() + more.rows();
    int[] both = Arrays.copyOf(groups, rows);
    for (int row = 0; row < more.rows(); row++) {
      both[rows() + row] = groupCount() + more.groups[row];
    }
    return new Trajectories(
        concat(prompts, more.prompts),
        concat(sequences, more.sequences),
        both,
        IntStream.range(0, rows).toArray(),
        all);
  }

  private static <T> List<T> concat(List<T> first, List<T> second) {
    List<T> all = new ArrayList<>(first);
    all.addAll(second);
    return List.copyOf(all);
  }

  // ---- computing ------------------------------------------------------------------------------

  /**
   * Each row's number for each of its trained tokens.
   *
   * @param perRow [r]
   * @return [n]
   */
  public double[] broadcast(double[] perRow) {
    double[] perToken = new double[tokens()];
    for (int row = 0; row < rows(); row++) {
      Arrays.fill(perToken, starts[row], starts[row + 1], perRow[row]);
    }
    return perToken;
  }

  /**
   * Each row's reward as a whole, the rewards of its tokens included.
   *
   * @return [r]
   */
  public double[] totalRewards() {
    double[] totals = get(Column.REWARD).clone();
    double[] ofTokens = get(Column.TOKEN_REWARDS);
    for (int row = 0; row < totals.length; row++) {
      totals[row] += Arrays.stream(ofTokens, starts[row], starts[row + 1]).sum();
    }
    return totals;
  }

  /**
   * Rewards to go: G_t = r_t + γ G_{t+1} within each row, over its trained tokens. A sum too large
   * for a double becomes the largest double.
   *
   * @param rewards [n]
   * @param gamma γ
   * @return [n]
   */
  public double[] toGo(double[] rewards, double gamma) {
    double[] toGo = new double[rewards.length];
    for (int row = 0; row < rows(); row++) {
      double after = 0;
      for (int t = starts[row + 1] - 1; t >= starts[row]; t--) {
        after = Math.clamp(rewards[t] + gamma * after, -Double.MAX_VALUE, Double.MAX_VALUE);
        toGo[t] = after;
      }
    }
    return toGo;
  }

  /**
   * The table with rewards of tokens added to its advantages: Â_t + Σ_{i≥t} r_i.
   *
   * @param rewards [n]
   */
  public Trajectories plusToGo(double[] rewards) {
    float[] sums = get(Column.ADVANTAGES).clone();
    double[] toGo = toGo(rewards, 1);
    for (int t = 0; t < sums.length; t++) {
      sums[t] = (float) (sums[t] + toGo[t]);
    }
    return with(Column.ADVANTAGES, sums);
  }

  /**
   * A token column as a tensor, a constant of the open scope.
   *
   * @return [n] FLOAT32
   */
  public Tensor pack(Column<float[]> column) {
    return Tensor.of(get(column), tokens());
  }

  /** The same of a column that may be absent. */
  public Optional<Tensor> packIfPresent(Column<float[]> column) {
    return has(column) ? Optional.of(pack(column)) : Optional.empty();
  }
}

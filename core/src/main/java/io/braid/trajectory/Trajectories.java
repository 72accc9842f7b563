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
 * with the rows of a group adjacent. Each stage adds columns; a column that no stage has filled is
 * absent, and reading it is an error that names it.
 *
 * <p>The table is immutable: {@link #with} and {@link #select} create new tables. Arrays are not
 * copied, so callers must not modify them.
 *
 * <p>Token columns concatenate the <em>trained</em> tokens of all rows, which the loss masks
 * select. {@code n} is the number of these tokens, {@code r} the number of rows, {@code g} the
 * number of groups. Since token columns do not contain masked tokens, no loss, statistic or divisor
 * can count them.
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
   * Creates a table without columns.
   *
   * @param prompts prompt of each group
   * @param sequences sequence of each row
   * @param groups group of each row, in ascending order
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
        throw new IllegalArgumentException("row %s has no trained token".formatted(i));
      }
    }
    int[] rows = IntStream.range(0, groups.length).toArray();
    return new Trajectories(
        List.copyOf(prompts), List.copyOf(sequences), groups.clone(), rows, Map.of());
  }

  /** Creates a table without rows. */
  public static Trajectories none() {
    return of(List.of(), List.of(), new int[0]);
  }

  // ---- rows -----------------------------------------------------------------------------------

  /** Returns r, the number of rows. */
  public int rows() {
    return sequences.size();
  }

  /** Returns n, the number of trained tokens of all rows. */
  public int tokens() {
    return starts[rows()];
  }

  /** Returns the number of trained tokens of a row. */
  public int length(int row) {
    return starts[row + 1] - starts[row];
  }

  /** Returns the index of a row's first token in token columns; {@code start(rows())} is n. */
  public int start(int row) {
    return starts[row];
  }

  /** Returns a row's sequence, with prompt, loss mask and segments. */
  public Sequence sequence(int row) {
    return sequences.get(row);
  }

  /** Returns the sequences of all rows. */
  public List<Sequence> sequences() {
    return sequences;
  }

  /** Returns a row's index in the step's whole table; {@link #select} does not change it. */
  public int rowOfStep(int row) {
    return rows[row];
  }

  // ---- groups ---------------------------------------------------------------------------------

  /** Returns the number of a row's group; {@link #select} does not change it. */
  public int group(int row) {
    return groups[row];
  }

  /** Returns the number of groups of the step, including those without a row in this table. */
  public int groupCount() {
    return prompts.size();
  }

  /** Returns a group's prompt. */
  public Prompt prompt(int group) {
    return prompts.get(group);
  }

  /** Returns the rows of each group that has rows in this table, in order. */
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

  /** Returns whether a stage has filled a column. */
  public boolean has(Column<?> column) {
    return columns.containsKey(column);
  }

  /**
   * Returns a column's values, one for each trained token, row or group.
   *
   * @throws IllegalStateException if no stage has filled it
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

  /** Returns a column's values, if a stage has filled it. */
  public <A> Optional<A> find(Column<A> column) {
    return Optional.ofNullable(columns.get(column)).map(column::cast);
  }

  /** Returns a copy of one row's part of a token column. */
  public float[] row(Column<float[]> column, int row) {
    return Arrays.copyOfRange(get(column), starts[row], starts[row + 1]);
  }

  /** Returns the table with a column filled; replaces the column's previous values, if any. */
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

  /** Returns the same rows with some of the columns. */
  public Trajectories columns(Set<Column<?>> some) {
    Map<Column<?>, Object> kept = new LinkedHashMap<>(columns);
    kept.keySet().retainAll(some);
    return new Trajectories(prompts, sequences, groups, rows, kept);
  }

  /** Returns a table of some rows with all columns; groups and prompts keep their numbers. */
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

  /** Returns a table of some whole groups, renumbered from 0. */
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
   * Returns a table with the rows of this table and of another table, which must have the same
   * columns. The other table's groups are numbered after this table's groups.
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
          "the tables have different columns: %s and %s"
              .formatted(columns.keySet(), more.columns.keySet()));
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
   * Repeats each row's number for each of its trained tokens.
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
   * Returns the total reward of each row, including the rewards of its tokens.
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
   * Computes rewards to go, G_t = r_t + γ G_{t+1}, within each row over its trained tokens. A sum
   * that is too large for a double becomes the largest double.
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
   * Returns the table with token rewards added to its advantages: Â_t + Σ_{i≥t} r_i.
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
   * Returns a token column as a tensor, a constant that belongs to the open scope.
   *
   * @return [n] FLOAT32
   */
  public Tensor pack(Column<float[]> column) {
    return Tensor.of(get(column), tokens());
  }

  /** Returns a token column as a tensor like {@link #pack}, or empty if the column is absent. */
  public Optional<Tensor> packIfPresent(Column<float[]> column) {
    return has(column) ? Optional.of(pack(column)) : Optional.empty();
  }
}

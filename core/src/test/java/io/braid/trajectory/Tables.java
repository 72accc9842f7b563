package io.braid.trajectory;

import io.braid.rollout.Prompt;
import io.braid.verify.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Creates tables for tests. */
public final class Tables {
  private Tables() {}

  /** Creates a table with a separate group for each sequence. */
  public static Trajectories of(List<Sequence> sequences) {
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < sequences.size(); i++) {
      prompts.add(new Prompt("p" + i, sequences.get(i).prompt()));
    }
    return Trajectories.of(prompts, sequences, IntStream.range(0, sequences.size()).toArray());
  }

  /** Creates such a table with rewards. */
  public static Trajectories judged(List<Sequence> sequences, double... rewards) {
    Trajectories t = of(sequences);
    return t.with(
            Column.VERDICT,
            Arrays.stream(rewards)
                .mapToObj(r -> new Verdict(r, r >= 1, Optional.empty(), "given"))
                .toList())
        .with(Column.WEIGHTS_VERSION, new int[t.rows()])
        .with(Column.REWARD, rewards)
        .with(Column.TOKEN_REWARDS, new double[t.tokens()]);
  }

  /** Returns one row's part of a column. */
  public static double[] row(Trajectories t, Column<double[]> column, int row) {
    return Arrays.copyOfRange(t.get(column), t.start(row), t.start(row + 1));
  }
}

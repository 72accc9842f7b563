package io.braid.trajectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.rollout.Prompt;
import io.braid.tensor.Scope;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrajectoriesTest {
  private static final Prompt FIRST = new Prompt("a", new long[] {1});
  private static final Prompt SECOND = new Prompt("b", new long[] {2, 3});

  /** Creates rows of 2, 1 and 3 trained tokens; the last row has a tool's token in the middle. */
  private static Trajectories table() {
    Sequence withTool =
        new Sequence(
            SECOND.ids(),
            new long[] {7, 8, 9, 10},
            new boolean[] {true, false, true, true},
            List.of(
                new Segment(Segment.Kind.SAMPLED, 0, 1),
                new Segment(Segment.Kind.TOOL, 1, 2),
                new Segment(Segment.Kind.SAMPLED, 2, 4)));
    return Trajectories.of(
            List.of(FIRST, SECOND),
            List.of(
                new Sequence(FIRST.ids(), new long[] {4, 5}),
                new Sequence(FIRST.ids(), new long[] {6}),
                withTool),
            new int[] {0, 0, 1})
        .with(Column.VALUES, new float[] {1, 2, 3, 4, 5, 6})
        .with(Column.REWARD, new double[] {0.5, 1, 0})
        .with(Column.PROBLEM, new int[] {11, 12});
  }

  @Test
  void tokenColumnsHoldOnlyTheTrainedTokens() {
    Trajectories t = table();

    assertThat(t.rows()).isEqualTo(3);
    assertThat(t.tokens()).isEqualTo(6);
    assertThat(t.length(2)).isEqualTo(3);
    assertThat(t.row(Column.VALUES, 2)).containsExactly(4, 5, 6);
    assertThat(t.groups()).containsExactly(new int[] {0, 1}, new int[] {2});
    try (Scope scope = Scope.open()) {
      assertThat(t.pack(Column.VALUES).toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(t.packIfPresent(Column.RETURNS)).isEmpty();
    }
  }

  @Test
  void aColumnThatNoStageHasFilledIsAnErrorThatNamesIt() {
    assertThat(table().find(Column.ADVANTAGES)).isEmpty();
    assertThatThrownBy(() -> table().get(Column.ADVANTAGES))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "trajectories have no column advantages yet; they have: problem, reward, values");
    assertThatThrownBy(() -> table().with(Column.RETURNS, new float[7]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("7 values for the column returns, which has 6");
  }

  @Test
  void selectedRowsKeepTheirGroupsAndTheirRowOfTheStep() {
    Trajectories some = table().select(new int[] {2, 0});

    assertThat(some.get(Column.VALUES)).containsExactly(4, 5, 6, 1, 2);
    assertThat(some.get(Column.REWARD)).containsExactly(0, 0.5);
    assertThat(some.get(Column.PROBLEM)).containsExactly(11, 12);
    assertThat(some.group(0)).isEqualTo(1);
    assertThat(some.rowOfStep(0)).isEqualTo(2);
    assertThat(some.groupCount()).isEqualTo(2);
    assertThat(some.prompt(some.group(0))).isEqualTo(SECOND);
  }

  @Test
  void keptGroupsAreRenumberedAndTablesAreJoined() {
    Trajectories second = table().keepGroups(new int[] {1});
    Trajectories both = second.and(table());

    assertThat(second.groupCount()).isEqualTo(1);
    assertThat(second.get(Column.PROBLEM)).containsExactly(12);
    assertThat(both.get(Column.VALUES)).containsExactly(4, 5, 6, 1, 2, 3, 4, 5, 6);
    assertThat(both.get(Column.PROBLEM)).containsExactly(12, 11, 12);
    assertThat(both.groups()).containsExactly(new int[] {0}, new int[] {1, 2}, new int[] {3});
    assertThat(both.rowOfStep(3)).isEqualTo(3);
    assertThat(Trajectories.none().and(second)).isSameAs(second);
    assertThatThrownBy(() -> second.and(table().with(Column.RETURNS, new float[6])))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rewardsToGoStayWithinTheirRow() {
    Trajectories t = table();
    double[] rewards = {1, 2, 4, 8, 16, 32};

    assertThat(t.toGo(rewards, 1)).containsExactly(3, 2, 4, 56, 48, 32);
    assertThat(t.toGo(rewards, 0.5)).containsExactly(2, 2, 4, 24, 32, 32);
    assertThat(t.broadcast(new double[] {1, 2, 3})).containsExactly(1, 1, 2, 3, 3, 3);
    assertThat(
            t.with(Column.ADVANTAGES, new float[] {0, 1, 0, 1, 0, 1})
                .plusToGo(rewards)
                .get(Column.ADVANTAGES))
        .containsExactly(3, 3, 4, 57, 48, 33);
    assertThat(t.toGo(new double[] {Double.MAX_VALUE, Double.MAX_VALUE, 0, 0, 0, 0}, 1))
        .startsWith(Double.MAX_VALUE, Double.MAX_VALUE);
  }

  @Test
  void userDefinedColumnsStayWithTheirRows() {
    Column<float[]> teacher = Column.ofTokens("teacher_log_probs");
    Column<double[]> difficulty = Column.ofRows("difficulty");
    Trajectories t =
        table()
            .with(teacher, new float[] {1, 2, 3, 4, 5, 6})
            .with(difficulty, new double[] {7, 8, 9});

    assertThat(t.select(new int[] {1}).get(teacher)).containsExactly(3);
    assertThat(t.select(new int[] {1}).get(difficulty)).containsExactly(8);
  }

  @Test
  void inconsistentSequencesAndTablesAreRefused() {
    long[] two = {1, 2};
    assertThatThrownBy(() -> new Sequence(two, two).masked(new boolean[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() ->
            new Sequence(
                two, two, new boolean[2], List.of(new Segment(Segment.Kind.SAMPLED, 0, 1))))
        .hasMessage("segments of 1 tokens for a response of 2");
    assertThatThrownBy(() -> Tables.of(List.of(new Sequence(two, two).masked(new boolean[2]))))
        .hasMessage("row 0 has no trained token");
    assertThatThrownBy(
            () -> Trajectories.of(List.of(FIRST), List.of(new Sequence(two, two)), new int[] {1}))
        .hasMessage("group 1 at row 0");
  }
}

package io.braid.objective.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.objective.RewardSettings;
import io.braid.trajectory.Column;
import io.braid.trajectory.Sequence;
import io.braid.trajectory.Tables;
import io.braid.trajectory.Trajectories;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TokenSignalTest {
  private static Trajectories table() {
    return Tables.judged(List.of(new Sequence(new long[] {1}, new long[] {2, 3})), 1)
        .with(Column.OLD_LOG_PROBS, new float[] {-1, -0.5f})
        .with(Column.REF_LOG_PROBS, new float[] {-1.5f, -0.25f})
        .with(Column.ENTROPIES, new float[] {2, 0.5f});
  }

  @Test
  void aKlPenaltyIsTheLogRatioOfPolicyAndReference() {
    assertThat(new KlPenalty(0.5).begin(0, table()).rewards(table())).containsExactly(-0.25, 0.125);
    assertThat(new KlPenalty(0.5).needs())
        .containsExactlyInAnyOrder(Column.OLD_LOG_PROBS, Column.REF_LOG_PROBS);
    assertThat(new KlPenalty(0.5).teaches()).isFalse();
  }

  @Test
  void anEntropyBonusIsTheEntropyAtEachToken() {
    assertThat(new EntropyBonus(0.25).begin(0, table()).rewards(table()))
        .containsExactly(0.5, 0.125);
    assertThat(new EntropyBonus(0.25).needs()).containsExactly(Column.ENTROPIES);
  }

  @Test
  void theRewardSettingsCreateTheirSignals() {
    assertThat(RewardSettings.PLAIN.createSignals()).isEmpty();
    assertThat(new RewardSettings(Optional.empty(), 0.5, 0.25, List.of()).createSignals())
        .containsExactly(new KlPenalty(0.5), new EntropyBonus(0.25));
  }
}

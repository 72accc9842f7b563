package io.braid.experiment.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.experiment.audit.ModesTask.Mode;
import io.braid.verify.Verdict;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModesTaskTest {
  private static final ModesTask TASK =
      new ModesTask(3, 4, List.of(new Mode("aabb", 1), new Mode("cccc", 0.5)));

  @Test
  void numbersStringsLexicographically() {
    assertThat(TASK.strings()).isEqualTo(81);
    assertThat(TASK.text(0)).isEqualTo("aaaa");
    assertThat(TASK.text(1)).isEqualTo("aaab");
    assertThat(TASK.text(80)).isEqualTo("cccc");
    Set<String> seen = new HashSet<>();
    for (int string = 0; string < 81; string++) {
      assertThat(TASK.number(TASK.text(string))).isEqualTo(string);
      seen.add(TASK.text(string));
    }
    assertThat(seen).hasSize(81);
  }

  @Test
  void rewardsModesByHeightAndNeighboursByAFraction() {
    assertThat(TASK.reward("aabb")).isEqualTo(1);
    assertThat(TASK.reward("aabc")).isEqualTo(0.8);
    assertThat(TASK.reward("cacc")).isEqualTo(0.4);
    assertThat(TASK.reward("aacc")).isZero();
    assertThat(TASK.reward("aab")).isZero();
    assertThat(TASK.modeNear("cacc")).isEqualTo(OptionalInt.of(1));
    assertThat(TASK.modeNear("aacc")).isEmpty();
    // Two modes, each with 4 · 2 neighbours.
    assertThat(Arrays.stream(TASK.rewards()).filter(reward -> reward > 0)).hasSize(18);
  }

  @Test
  void theVerifierGivesTheReward() {
    Verdict mode = TASK.verifier().judge(TASK.problem().problem(), "cccc");
    Verdict near = TASK.verifier().judge(TASK.problem().problem(), "aabc");

    assertThat(mode.reward()).isEqualTo(0.5);
    assertThat(mode.correct()).isTrue();
    assertThat(near.reward()).isEqualTo(0.8);
    assertThat(near.correct()).isFalse();
  }

  @Test
  void randomModesAreFarApartAndDependOnTheSeed() {
    ModesTask task = ModesTask.planted(8, 3, List.of(1.0, 0.9, 0.8, 0.7, 0.6, 0.5), 5);

    assertThat(task.modes()).extracting(Mode::height).containsExactly(1.0, 0.9, 0.8, 0.7, 0.6, 0.5);
    assertThat(task.modes())
        .isEqualTo(ModesTask.planted(8, 3, List.of(1.0, 0.9, 0.8, 0.7, 0.6, 0.5), 5).modes())
        .isNotEqualTo(ModesTask.planted(8, 3, List.of(1.0, 0.9, 0.8, 0.7, 0.6, 0.5), 6).modes());
    // 6 · (1 + 3 · 7); there would be fewer if two modes shared a neighbour.
    assertThat(Arrays.stream(task.rewards()).filter(reward -> reward > 0)).hasSize(132);
  }

  @Test
  void refusesModesThatShareANeighbourOrAreNotStrings() {
    assertThatThrownBy(() -> new ModesTask(3, 4, List.of(new Mode("aaaa", 1), new Mode("aabb", 1))))
        .hasMessageContaining("too close");
    assertThatThrownBy(() -> new ModesTask(3, 4, List.of(new Mode("aaad", 1))))
        .hasMessageContaining("not a string");
    assertThatThrownBy(() -> ModesTask.planted(2, 3, List.of(1.0, 1.0, 1.0), 1))
        .hasMessageContaining("cannot place");
  }
}

package io.braid;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> KNOWN = List.of("count", "numbers", "seed", "split");

  @Test
  void aSlipOfTheKeyboardIsSeenThrough() {
    assertThat(Nearest.to("nubmers", KNOWN)).contains("numbers"); // swapped neighbours
    assertThat(Nearest.to("sed", KNOWN)).contains("seed"); // left out
    assertThat(Nearest.to("splitt", KNOWN)).contains("split"); // put in
    assertThat(Nearest.to("Cuunt", KNOWN)).contains("count"); // changed, and in another case
  }

  @Test
  void aStrangerIsNearToNothing() {
    assertThat(Nearest.to("temperature", KNOWN)).isEmpty();
    assertThat(Nearest.to("", KNOWN)).isEmpty();
    assertThat(Nearest.to("seed".repeat(1_000_000), KNOWN)).isEmpty();
    assertThat(Nearest.to("seed", List.of())).isEmpty();
  }

  @Test
  void theNearestOfSeveralWins() {
    assertThat(Nearest.to("rewarf", List.of("forward", "reward", "rewards"))).contains("reward");
  }
}

package io.braid;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> KNOWN = List.of("count", "numbers", "seed", "split");

  @Test
  void typingErrorsAreRecognised() {
    assertThat(Nearest.to("nubmers", KNOWN)).contains("numbers"); // swapped letters
    assertThat(Nearest.to("sed", KNOWN)).contains("seed"); // missing letter
    assertThat(Nearest.to("splitt", KNOWN)).contains("split"); // extra letter
    assertThat(Nearest.to("Cuunt", KNOWN)).contains("count"); // changed letter and case
  }

  @Test
  void otherNamesAreCloseToNone() {
    assertThat(Nearest.to("temperature", KNOWN)).isEmpty();
    assertThat(Nearest.to("", KNOWN)).isEmpty();
    assertThat(Nearest.to("seed".repeat(1_000_000), KNOWN)).isEmpty();
    assertThat(Nearest.to("seed", List.of())).isEmpty();
  }

  @Test
  void theClosestOfSeveralIsReturned() {
    assertThat(Nearest.to("rewarf", List.of("forward", "reward", "rewards"))).contains("reward");
  }
}

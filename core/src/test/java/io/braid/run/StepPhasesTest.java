package io.braid.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StepPhasesTest {
  @Test
  void theRestOfADividedStepIsOther() {
    assertThat(
            StepPhases.of(
                Map.of("rollout_seconds", 3.0, "step_seconds", 5.0, "saving_seconds", 2.0)))
        .isEqualTo(Map.of("rollout", 3.0, "other", 2.0, "saving", 2.0));
  }

  @Test
  void aStepWithoutPhasesIsTraining() {
    assertThat(StepPhases.of(Map.of("step_seconds", 5.0, "saving_seconds", 2.0)))
        .isEqualTo(Map.of("train", 5.0, "saving", 2.0));
    assertThat(StepPhases.within(Map.of("step_seconds", 5.0, "saving_seconds", 2.0)))
        .isEqualTo(Map.of("train", 5.0));
  }
}

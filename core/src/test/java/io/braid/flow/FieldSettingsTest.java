package io.braid.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.flow.FlowContext.Mode;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldSettingsTest {
  @Test
  void fractionsOfTheDepthAreLayersNumberedFromZero() {
    assertThat(FieldSettings.of(4).layers(28)).containsExactly(7, 14, 21);
    assertThat(FieldSettings.of(6).layers(32)).containsExactly(8, 16, 24);
    assertThat(at(0.0, 1.0).layers(28)).containsExactly(0, 27); // clamped to the last layer
    assertThat(at(0.75, 0.25).layers(28)).containsExactly(21, 7); // in the order of the fractions
  }

  @Test
  void roundsHalvesToEven() {
    assertThat(at(0.25, 0.75).layers(10)).containsExactly(2, 8); // 2.5 and 7.5
    assertThat(at(0.25, 0.75).layers(14)).containsExactly(4, 10); // 3.5 and 10.5
  }

  @Test
  void aLayerGivenByTwoFractionsCountsOnce() {
    assertThat(FieldSettings.of(1).layers(2)).containsExactly(0, 1); // 0.5, 1 and 1.5
    assertThat(FieldSettings.of(1).layers(1)).containsExactly(0);
    assertThat(at(0.5, 0.51, 0.5).layers(28)).containsExactly(14);
  }

  @Test
  void combinesModesWithShifts() {
    FieldSettings settings =
        new FieldSettings(1, List.of(0.5), List.of(Mode.TOKEN_PRE, Mode.TOKEN_POST), List.of(3, 1));

    assertThat(settings.contexts())
        .containsExactly(new FlowContext(Mode.TOKEN_PRE, 3), new FlowContext(Mode.TOKEN_POST, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 65, Integer.MAX_VALUE})
  void refusesNoBlocksOrTooMany(int blocks) {
    assertThatThrownBy(() -> FieldSettings.of(blocks))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("num_layers_flow: ");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.01, 1.01, Double.NaN})
  void refusesFractionsOutsideZeroToOne(double share) {
    assertThatThrownBy(() -> at(0.5, share))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("hook_layers_percentile: ");
  }

  @Test
  void refusesEmptyAndUnequalLists() {
    assertThatThrownBy(() -> at()).isInstanceOf(UserError.class);
    assertThatThrownBy(() -> new FieldSettings(1, List.of(0.5), List.of(), List.of()))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("flow_shift: ");
    assertThatThrownBy(
            () -> new FieldSettings(1, List.of(0.5), List.of(Mode.IDENTITY), List.of(1, 1)))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("flow_shift: ");
    assertThatThrownBy(() -> new FieldSettings(1, List.of(0.5), List.of(Mode.IDENTITY), List.of(0)))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("flow_shift: ");
  }

  private static FieldSettings at(Double... shares) {
    return new FieldSettings(1, Arrays.asList(shares), List.of(Mode.TOKEN_POST), List.of(1));
  }
}

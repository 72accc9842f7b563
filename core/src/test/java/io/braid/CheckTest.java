package io.braid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class CheckTest {
  @Test
  void messagesGiveTheAllowedAndTheActualValue() {
    refused(() -> Check.atLeast("samples", 0, 1), "must be at least 1, got 0");
    refused(() -> Check.atLeast("samples", Optional.of(0), 1), "must be at least 1, got 0");
    refused(() -> Check.atLeast("samples", -0.5, 0), "must be at least 0, got -0.5");
    refused(() -> Check.above("samples", 0.0, 0), "must be above 0, got 0.0");
    refused(() -> Check.above("samples", 2.0, 0, 1), "must be above 0 and at most 1, got 2.0");
    refused(() -> Check.between("samples", 101, 1, 100), "must be between 1 and 100, got 101");
    refused(() -> Check.between("samples", 1.5, 0, 1), "must be between 0 and 1, got 1.5");
  }

  @Test
  void inclusiveBoundsPass() {
    assertThatCode(
            () -> {
              Check.atLeast("k", 1, 1);
              Check.atLeast("k", Optional.empty(), 1);
              Check.atLeast("k", 0.0, 0);
              Check.above("k", 1.0, 0, 1);
              Check.between("k", 1, 1, 2);
              Check.between("k", 1.0, 0, 1);
            })
        .doesNotThrowAnyException();
  }

  @Test
  void nanPassesNoCheck() {
    refused(() -> Check.atLeast("samples", Double.NaN, 0), "must be at least 0, got NaN");
    refused(() -> Check.above("samples", Double.NaN, 0), "must be above 0, got NaN");
    refused(() -> Check.between("samples", Double.NaN, 0, 1), "must be between 0 and 1, got NaN");
  }

  private static void refused(ThrowingCallable check, String complaint) {
    SettingError error = catchThrowableOfType(SettingError.class, check);
    assertThat(error.key()).isEqualTo("samples");
    assertThat(error.complaint()).isEqualTo(complaint);
    assertThat(error).hasMessage("samples: " + complaint);
  }
}

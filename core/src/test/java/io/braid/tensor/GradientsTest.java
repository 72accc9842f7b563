package io.braid.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GradientsTest {
  static Stream<Named<Supplier<Gradients>>> modes() {
    return Stream.of(Named.of("off", Gradients::off), Named.of("inference", Gradients::inference));
  }

  @ParameterizedTest
  @MethodSource("modes")
  void nothingIsRecordedUntilTheModeIsClosed(Supplier<Gradients> mode) {
    try (Scope scope = Scope.open()) {
      Tensor leaf = leaf(2);
      assertThat(leaf.times(3).requiresGrad()).isTrue();
      try (Gradients none = mode.get()) {
        assertThat(leaf.times(3).requiresGrad()).isFalse();
      }
      assertThat(leaf.times(3).requiresGrad()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("modes")
  void theModeEndsWhenClosedThoughItsScopeIsStillOpen(Supplier<Gradients> mode) {
    try (Scope scope = Scope.open()) {
      Tensor leaf = leaf(2);
      try (Scope inner = Scope.open()) {
        try (Gradients none = mode.get()) {
          leaf.times(3);
        }
        Tensor loss = leaf.square();
        assertThat(loss.requiresGrad()).isTrue();
        loss.backward();
      }

      assertThat(leaf.grad().orElseThrow().item()).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @MethodSource("modes")
  void theModeStaysWhenAScopeInsideItCloses(Supplier<Gradients> mode) {
    try (Scope scope = Scope.open()) {
      Tensor leaf = leaf(2);
      try (Gradients none = mode.get()) {
        try (Scope inner = Scope.open()) {
          leaf.times(3);
        }
        assertThat(leaf.times(3).requiresGrad()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("modes")
  void theModeEndsWhenClosedAfterTheScopeInWhichItBegan(Supplier<Gradients> mode) {
    try (Scope scope = Scope.open()) {
      Tensor leaf = leaf(2);
      Gradients none;
      try (Scope inner = Scope.open()) {
        none = mode.get();
      }
      assertThat(leaf.times(3).requiresGrad()).isFalse();
      none.close();
      assertThat(leaf.times(3).requiresGrad()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("modes")
  void modesNest(Supplier<Gradients> mode) {
    try (Scope scope = Scope.open()) {
      Tensor leaf = leaf(2);
      try (Gradients outer = mode.get()) {
        try (Gradients inner = mode.get()) {
          leaf.times(3);
        }
        assertThat(leaf.times(3).requiresGrad()).isFalse();
      }
      assertThat(leaf.times(3).requiresGrad()).isTrue();
    }
  }

  @Test
  void whatIsMadeWithGradientsOffMayBeUsedInARecordedComputation() {
    try (Scope scope = Scope.open()) {
      Tensor leaf = leaf(2);
      Tensor constant;
      try (Gradients off = Gradients.off()) {
        constant = leaf.times(5);
      }
      leaf.times(constant).backward();

      assertThat(leaf.grad().orElseThrow().item()).isEqualTo(10);
    }
  }

  @Test
  void whatIsMadeInInferenceIsRefusedByARecordedComputation() {
    try (Scope scope = Scope.open()) {
      Tensor leaf = leaf(2);
      Tensor made;
      try (Gradients inference = Gradients.inference()) {
        made = leaf.times(5);
      }

      assertThatThrownBy(() -> leaf.times(made))
          .isInstanceOf(RuntimeException.class)
          .hasMessageContaining("Inference tensors cannot be saved for backward");
    }
  }

  @Test
  void gradientsOfALeafAddUpUntilTheyAreCleared() {
    try (Scope scope = Scope.open()) {
      Tensor leaf = leaf(3);
      assertThat(leaf.grad()).isEmpty();

      leaf.square().backward();
      assertThat(leaf.grad().orElseThrow().item()).isEqualTo(6);
      leaf.square().backward();
      assertThat(leaf.grad().orElseThrow().item()).isEqualTo(12);

      leaf.clearGrad();
      assertThat(leaf.grad()).isEmpty();
      leaf.times(2).backward();
      assertThat(leaf.grad().orElseThrow().item()).isEqualTo(2);
    }
  }

  @Test
  void aDetachedTensorPassesNothingBack() {
    try (Scope scope = Scope.open()) {
      Tensor leaf = leaf(3);
      leaf.times(leaf.detach()).backward();

      assertThat(leaf.grad().orElseThrow().item()).isEqualTo(3);
    }
  }

  @Test
  void clampHasNoGradientOutsideItsBounds() {
    try (Scope scope = Scope.open()) {
      Tensor leaf = Tensor.of(new double[] {-2, 0.5, 2}, 3).requiresGrad(true);
      leaf.clamp(-1, 1).sum().backward();

      assertThat(leaf.grad().orElseThrow().toDoubles()).containsExactly(0, 1, 0);
    }
  }

  private static Tensor leaf(double value) {
    return Tensor.of(new double[] {value}, 1).requiresGrad(true);
  }
}

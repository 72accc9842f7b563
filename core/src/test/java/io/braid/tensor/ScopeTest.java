package io.braid.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.ResidentMemory;
import org.junit.jupiter.api.Test;

class ScopeTest {
  private static final long MEGABYTE = 1 << 20;

  @Test
  void aClosedScopeFreesWhatWasMadeInItAtOnce() {
    for (int i = 0; i < 20; i++) {
      eightMegabytes();
    }
    long before = ResidentMemory.bytes();
    for (int i = 0; i < 500; i++) { // 12 GB in all
      eightMegabytes();
    }

    assertThat(ResidentMemory.bytes() - before).isLessThan(64 * MEGABYTE);
  }

  private static void eightMegabytes() {
    try (Scope scope = Scope.open()) {
      Tensor ones = Tensor.ones(DType.FLOAT32, 2, MEGABYTE);
      Tensor twos = ones.plus(ones);
      try (Scope inner = Scope.open()) {
        twos.times(2);
      }
    }
  }

  @Test
  void aBackwardPassLeavesOnlyTheGradient() {
    try (Scope scope = Scope.open()) {
      Tensor weight = Tensor.ones(DType.FLOAT32, 2, MEGABYTE).requiresGrad(true);
      for (int i = 0; i < 20; i++) {
        descend(weight);
      }
      long before = ResidentMemory.bytes();
      for (int i = 0; i < 100; i++) {
        descend(weight);
      }

      assertThat(ResidentMemory.bytes() - before).isLessThan(64 * MEGABYTE);
      assertThat(weight.grad()).isPresent();
    }
  }

  private static void descend(Tensor weight) {
    try (Scope scope = Scope.open()) {
      weight.square().times(3).sum().backward();
    }
  }

  @Test
  void whatIsMadeInAScopeIsGoneWithIt() {
    Tensor tensor;
    try (Scope scope = Scope.open()) {
      tensor = Tensor.ones(DType.FLOAT32, 1);
    }

    assertThatThrownBy(tensor::item).isInstanceOf(RuntimeException.class);
  }

  @Test
  void aTensorBelongsToTheInnermostScope() {
    try (Scope outer = Scope.open()) {
      Tensor inOuter = Tensor.ones(DType.FLOAT32, 1);
      Tensor inInner;
      try (Scope inner = Scope.open()) {
        inInner = inOuter.plus(1);
      }

      assertThat(inOuter.item()).isEqualTo(1);
      assertThatThrownBy(inInner::item).isInstanceOf(RuntimeException.class);
    }
  }

  @Test
  void whatIsKeptBelongsToTheScopeAround() {
    Tensor kept;
    try (Scope outer = Scope.open()) {
      try (Scope inner = Scope.open()) {
        kept = inner.keep(Tensor.full(DType.FLOAT32, 7, 1));
      }
      assertThat(kept.item()).isEqualTo(7);
    }

    assertThatThrownBy(kept::item).isInstanceOf(RuntimeException.class);
  }

  @Test
  void whatTheOutermostScopeKeepsIsTheCallers() {
    Tensor kept;
    try (Scope scope = Scope.open()) {
      kept = scope.keep(Tensor.full(DType.FLOAT32, 7, 1));
    }

    assertThat(kept.item()).isEqualTo(7);
    kept.close();
    assertThatThrownBy(kept::item).isInstanceOf(RuntimeException.class);
  }

  @Test
  void anOwnedTensorLivesUntilItIsClosed() {
    Tensor owned;
    try (Scope outer = Scope.open();
        Scope inner = Scope.open()) {
      owned = Tensor.full(DType.FLOAT32, 7, 1).owned();
    }

    assertThat(owned.item()).isEqualTo(7);
    owned.close();
    assertThatThrownBy(owned::item).isInstanceOf(RuntimeException.class);
  }

  @Test
  void closingATensorFreesItsMemoryBeforeItsScopeDoes() {
    try (Scope scope = Scope.open()) {
      Tensor large = Tensor.ones(DType.FLOAT32, 64, MEGABYTE);
      long with = ResidentMemory.bytes();
      large.close();

      assertThat(with - ResidentMemory.bytes()).isGreaterThan(200 * MEGABYTE);
    }
  }

  @Test
  void aScopeHoldsNothingOfAnotherThread() throws InterruptedException {
    Tensor[] made = new Tensor[1];
    try (Scope scope = Scope.open()) {
      Thread thread = new Thread(() -> made[0] = Tensor.full(DType.FLOAT32, 7, 1));
      thread.start();
      thread.join();
    }

    assertThat(made[0].item()).isEqualTo(7);
    made[0].close();
  }
}

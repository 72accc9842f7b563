package io.braid.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class EngineTest {
  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void mklDoesTheLinearAlgebraWhenItIsOnTheClasspath() {
    Assumptions.assumeTrue(
        EngineTest.class.getResource("/org/bytedeco/mkl/linux-x86_64/libmkl_rt.so.2") != null,
        "no MKL on the class path");

    assertThat(Backend.current().blas().libraries()).contains("mkl_rt");
    assertThat(Backend.current().blas().isMkl()).isTrue();
  }

  @Test
  void itKnowsItsVersionAndItsMaker() {
    assertThat(Engine.version()).matches("\\d+\\.\\d+\\.\\d+-\\d+\\.\\d+\\.\\d+");
    assertThat(Engine.description()).contains("PyTorch");
  }

  @Test
  void itsThreadsAreSet() {
    int before = Engine.threads();
    try {
      Engine.setThreads(1);
      assertThat(Engine.threads()).isEqualTo(1);
    } finally {
      Engine.setThreads(before);
    }
  }
}

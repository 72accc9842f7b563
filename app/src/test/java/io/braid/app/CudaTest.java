package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.braid.tensor.Engine;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaTest {
  @Test
  void withoutLibtorchForCudaOneLineSaysSo(@TempDir Path directory) {
    assumeTrue(
        Engine.class.getResource("/org/bytedeco/pytorch/linux-x86_64-gpu/libtorch_cuda.so") == null,
        "a CUDA device is tested in a build with -Pcuda");

    Terminal.Ended ended = Terminal.run(directory, "--cuda", "doctor");

    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err().lines())
        .singleElement()
        .asString()
        .startsWith("braid: --cuda: this class path has libtorch for CPUs")
        .contains("./braid --cuda");
  }
}

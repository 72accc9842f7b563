package io.braid.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a processor says of itself. */
class InstructionsTest {
  @Test
  void theBestOnesAreNamed() {
    assertThat(Instructions.bfloat16(Stream.of("flags\t\t: fpu avx512_bf16 avx512f amx_bf16")))
        .contains("amx_bf16");
    assertThat(Instructions.bfloat16(Stream.of("processor : 0", "flags : fpu avx512_bf16")))
        .contains("avx512_bf16");
    assertThat(Instructions.bfloat16(Stream.of("Features\t: fp asimd bf16 i8mm"))).contains("bf16");
  }

  @Test
  void aProcessorWithoutThemHasNone() {
    assertThat(Instructions.bfloat16(Stream.of("flags : fpu avx2 avx512f avx512_vnni"))).isEmpty();
    assertThat(Instructions.bfloat16(Stream.of("Features : fp asimd", "bugs : bf16"))).isEmpty();
    assertThat(Instructions.bfloat16(Stream.empty())).isEmpty();
  }
}

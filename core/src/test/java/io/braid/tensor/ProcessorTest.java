package io.braid.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProcessorTest {
  @Test
  void theFastestInstructionsAreNamed() {
    assertThat(bfloat16("flags\t\t: fpu avx512_bf16 avx512f amx_bf16")).isEqualTo("amx_bf16");
    assertThat(bfloat16("processor : 0", "flags : fpu avx512_bf16")).isEqualTo("avx512_bf16");
    assertThat(bfloat16("Features\t: fp asimd bf16 i8mm")).isEqualTo("bf16");
    assertThat(int8("flags : fpu avx512_vnni avx_vnni")).isEqualTo("avx512_vnni");
    assertThat(int8("flags : fpu avx_vnni")).isEqualTo("avx_vnni");
    assertThat(int8("Features\t: fp asimddp i8mm")).isEqualTo("i8mm");
  }

  @Test
  void aProcessorWithoutThemHasNone() {
    assertThat(bfloat16("flags : fpu avx2 avx512f avx512_vnni")).isEqualTo("none");
    assertThat(bfloat16("Features : fp asimd", "bugs : bf16")).isEqualTo("none");
    assertThat(bfloat16()).isEqualTo("none");
    assertThat(int8("flags : fpu avx2 avx512f amx_bf16")).isEqualTo("none");
    assertThat(int8()).isEqualTo("none");
  }

  @Test
  void itIsNamedAsTheSystemNamesIt() {
    assertThat(Processor.of(Stream.of("model name\t: A Processor 9000: X", "flags : fpu")).name())
        .isEqualTo("A Processor 9000: X");
    assertThat(Processor.of(Stream.empty()).name()).isEqualTo(System.getProperty("os.arch"));
  }

  private static String bfloat16(String... list) {
    return Processor.of(Stream.of(list)).bfloat16().orElse("none");
  }

  private static String int8(String... list) {
    return Processor.of(Stream.of(list)).int8().orElse("none");
  }
}

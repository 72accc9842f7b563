package io.braid.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackendTest {
  private static final Backend NONE = Backend.current().withLanes(0).on(Optional.empty());

  @Test
  void withoutVectorsNoLoopRuns() {
    assertThat(NONE.hasVectors()).isFalse();
    assertThat(NONE.fills(64)).isFalse();
    assertThat(NONE.coversHeads(DType.FLOAT32, 64)).isFalse();
    assertThat(NONE.hasPanels()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"4, 20", "8, 24", "16, 48"})
  void rowsAreWholeVectors(int lanes, long width) {
    Backend backend = NONE.withLanes(lanes);
    assertThat(backend.fills(width)).isTrue();
    assertThat(backend.fills(width + 2)).isFalse();
    assertThat(backend.hasPanels()).isEqualTo(lanes >= 8);
  }

  @ParameterizedTest
  @CsvSource({
    "4, '4 5 6 7 8 12 16 20 24 28 32'",
    "8, '8 9 10 11 12 13 14 15 16 24 32'",
    "16, '16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32'"
  })
  void vectorsCoverSomeHeads(int lanes, String widths) {
    Backend backend = NONE.withLanes(lanes);
    assertThat(
            LongStream.rangeClosed(1, 32)
                .filter(d -> backend.coversHeads(DType.FLOAT32, d))
                .mapToObj(Long::toString)
                .toList())
        .containsExactly(widths.split(" "));
    assertThat(backend.coversHeads(DType.FLOAT64, 16)).isFalse();
  }

  @Test
  void narrowProductsAreWidenedWithoutInstructionsForThem() {
    Backend old = NONE.with(new Processor("old", Set.of("avx2")));
    assertThat(old.widensBfloat16()).isTrue();
    assertThat(old.widensInt8()).isTrue();
    Backend young = NONE.with(new Processor("young", Set.of("avx512_bf16", "avx512_vnni")));
    assertThat(young.widensBfloat16()).isFalse();
    assertThat(young.widensInt8()).isFalse();
  }

  @Test
  void everyDecisionIsARow() {
    assertThat(NONE.decisions())
        .extracting(Decision::what)
        .containsExactly("device", "threads", "vectors", "blas", "bfloat16", "int8", "decoding");
    Backend old = NONE.with(new Processor("old", Set.of("avx2")));
    assertThat(old.line()).startsWith("old, ").contains("no vectors", "int8 in float32");
    assertThat(old.decisions())
        .contains(
            new Decision(
                "bfloat16",
                "multiplied in float32",
                "the processor lists none of amx_bf16, avx512_bf16, bf16",
                "saves memory, not time"));
  }

  @Test
  void missingVectorsAreReportedWithTheFlagThatAddsThem() {
    assertThat(NONE.slowPaths()).contains(NONE.withoutVectors());
    assertThat(NONE.withoutVectors().line())
        .startsWith("training and sampling: there are no vectors (")
        .endsWith("; start the JVM with --add-modules jdk.incubator.vector");
    assertThat(NONE.on(Optional.of(new Cuda("a GPU", 1L << 36, 90))).slowPaths())
        .doesNotContain(NONE.withoutVectors());
  }

  @Test
  void anotherBackendReplacesTheProcesssOwnForAWhile() {
    try (Backend.Replacement less = Backend.replace(NONE)) {
      assertThat(Backend.current()).isSameAs(NONE);
    }
    assertThat(Backend.current()).isSameAs(Backend.ofProcess());
  }

  @Test
  void loopsCannotChangeTheirWidth() {
    assumeTrue(Backend.ofProcess().hasVectors(), "the JVM runs without the Vector API");
    int other = Backend.ofProcess().vectors().lanes() == 8 ? 4 : 8;
    assertThatThrownBy(() -> Backend.replace(NONE.withLanes(other)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-Dbraid.lanes");
  }
}

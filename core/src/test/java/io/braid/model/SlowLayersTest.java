package io.braid.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.Processor;
import io.braid.tensor.SlowPath;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@link TinyModels} have a hidden size of 16, an intermediate size of 24 and heads of 8. */
class SlowLayersTest {
  private static final Backend OLD =
      Backend.current().withLanes(8).with(new Processor("old", Set.of("avx2")));
  private static final Backend YOUNG =
      OLD.with(new Processor("young", Set.of("avx512_bf16", "avx512_vnni")));

  @Test
  void supportedWidthsAreNotSlow() {
    assertThat(slow(OLD, DType.FLOAT32)).isEmpty();
    assertThat(slow(OLD.withLanes(4), DType.FLOAT32)).isEmpty();
  }

  @Test
  void widthsThatVectorsCannotCoverAreNamed() {
    assertThat(slow(OLD.withLanes(16), DType.FLOAT32))
        .singleElement()
        .asString()
        .startsWith(
            "layers with heads of 8 and an intermediate size of 24: they are not multiples of the"
                + " vector length, 16,")
        .endsWith("; use widths that are multiples of 16");
  }

  /** That there are no vectors is said of the whole process, not of every model. */
  @Test
  void withoutVectorsTheModelIsNotReported() {
    assertThat(slow(OLD.withLanes(0), DType.FLOAT32)).isEmpty();
  }

  @Test
  void typesAreReportedByTheProcessorsSupport() {
    assertThat(slow(OLD, DType.BFLOAT16)).containsExactly(OLD.widenedBfloat16().line());
    assertThat(slow(YOUNG.withLanes(16), DType.BFLOAT16)).isEmpty();
    assertThat(slow(YOUNG, DType.FLOAT16))
        .singleElement()
        .asString()
        .endsWith("; load the model in float32 or bfloat16");
    assertThat(slow(OLD, DType.FLOAT64)).isEmpty();
  }

  private static List<String> slow(Backend backend, DType dtype) {
    try (Transformer model = TinyModels.create(1)) {
      return SlowLayers.of(backend, model.config(), model.weights().architecture(), dtype).stream()
          .map(SlowPath::line)
          .toList();
    }
  }
}

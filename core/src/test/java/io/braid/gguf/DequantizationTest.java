package io.braid.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.checkpoint.Safetensors;
import io.braid.tensor.Scope;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds every type to what the gguf package makes of the same bytes. */
class DequantizationTest {
  @ParameterizedTest
  @EnumSource
  void elementsEqualThoseOfTheGgufPackageToTheBit(GgufType type) {
    try (Scope scope = Scope.open();
        GgufFile file = GgufFile.open(Golden.path("types.gguf"));
        Safetensors golden = Safetensors.open(Golden.path("types.safetensors"))) {
      GgufFile.Stored stored = file.find(type.name()).orElseThrow();
      assertThat(stored.type()).isEqualTo(type);
      assertThat(stored.shape()).containsExactly(2L, 256L);
      assertThat(bits(file.tensor(stored).toFloats()))
          .isEqualTo(bits(golden.tensor(type.name()).toFloats()));
    }
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }
}

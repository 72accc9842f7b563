package io.braid.verify.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FenceTest {
  private final Fence fence = new Fence("0123456789abcdef");

  @Test
  void putsATextBetweenMarkerLines() {
    assertThat(fence.put("question", "1 + 1?\n"))
        .isEqualTo(
            """
            [0123456789abcdef question begins]
            1 + 1?

            [0123456789abcdef question ends]
            """);
  }

  @Test
  void removesTheMarkFromTheTextEvenIfNested() {
    String twice = "0123456789" + "0123456789abcdef" + "abcdef";
    assertThat(fence.put("a", "x[0123456789abcdef a ends]" + twice + "y"))
        .isEqualTo("[0123456789abcdef a begins]\nx[ a ends]y\n[0123456789abcdef a ends]\n");
  }

  @ParameterizedTest
  @CsvSource({
    "<|im_end|>, < |im_end|>",
    "<｜Assistant｜>, < ｜Assistant｜>",
    "</s>, < /s>",
    "<start_of_turn>, < start_of_turn>",
    "[INST], [ INST]",
    "[/INST], [ /INST]",
    "a < b <= 3 [x], a < b <= 3 [x]",
    "1<2, 1<2",
  })
  void breaksSpecialTokensOfChatTemplates(String text, String broken) {
    assertThat(fence.put("a", text).lines().toList().get(1)).isEqualTo(broken);
  }

  @Test
  void theMarkDependsOnEveryTextAndItsLength() {
    assertThat(Fence.around(List.of("ab", "c")).mark())
        .matches("[0-9a-f]{16}")
        .isEqualTo(Fence.around(List.of("ab", "c")).mark())
        .isNotEqualTo(Fence.around(List.of("a", "bc")).mark())
        .isNotEqualTo(Fence.around(List.of("ab", "d")).mark());
  }
}

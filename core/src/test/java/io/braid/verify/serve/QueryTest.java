package io.braid.verify.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QueryTest {
  private static final String QWEN =
      "<|im_start|>system\n"
          + "Be brief.<|im_end|>\n"
          + "<|im_start|>user\n"
          + "1+1?<|im_end|>\n"
          + "<|im_start|>assistant\n";

  @Test
  void takesThePlainTextAfterThePrompt() {
    assertThat(Query.of("1+1? It is 2", "1+1?")).isEqualTo(new Query(" It is 2", true));
  }

  @Test
  void anEndTokenInATemplateMarksAFinishedResponse() {
    assertThat(Query.of(QWEN + "It is 2.<|im_end|><|endoftext|><|endoftext|>", "1+1?"))
        .isEqualTo(new Query("It is 2.", true));
    assertThat(Query.of(QWEN + "It is", "1+1?")).isEqualTo(new Query("It is", false));
  }

  @Test
  void thePromptMayBeTheWholeTemplate() {
    assertThat(Query.of(QWEN + "It is 2.<|im_end|>", QWEN)).isEqualTo(new Query("It is 2.", true));
    assertThat(Query.of("<|endoftext|><|endoftext|>" + QWEN + "2", QWEN))
        .as("padded on the left")
        .isEqualTo(new Query("2", false));
  }

  @Test
  void withoutThePromptTakesTheTextAfterTheLastHeader() {
    assertThat(Query.of(QWEN + "2<|im_end|>", "another")).isEqualTo(new Query("2", true));
    assertThat(Query.of("just a response", "")).isEqualTo(new Query("just a response", true));
  }

  @Test
  void readsLlamaAndDeepSeekTemplates() {
    assertThat(
            Query.of(
                "<|start_header_id|>user<|end_header_id|>\n\n"
                    + "hi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
                    + "yes<|eot_id|>",
                "hi"))
        .isEqualTo(new Query("yes", true));
    assertThat(Query.of("<｜User｜>hi<｜Assistant｜>yes<｜end▁of▁sentence｜>", "hi"))
        .isEqualTo(new Query("yes", true));
  }
}

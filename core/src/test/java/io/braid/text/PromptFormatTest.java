package io.braid.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.templates.ChatTemplate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptFormatTest {
  private static final Optional<ChatTemplate> NO_CHAT = Optional.empty();
  private static final Optional<ChatTemplate> CHAT =
      Optional.of(
          ChatTemplate.parse(
              "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"
                  + "{% if add_generation_prompt %}[assistant]{% endif %}"));

  @Test
  void qwenBoxIsRlfrs() {
    assertThat(PromptFormat.named("qwen_box").render("1+1?", NO_CHAT))
        .isEqualTo(
            """
            <|im_start|>system
            Please reason step by step, and put your final answer within \\boxed{}.<|im_end|>
            <|im_start|>user
            1+1?<|im_end|>
            <|im_start|>assistant
            """);
  }

  @Test
  void llama3BoxIsRlfrs() {
    assertThat(PromptFormat.named("llama3_box").render("1+1?", NO_CHAT))
        .isEqualTo(
            """
            <|begin_of_text|><|start_header_id|>system<|end_header_id|>
            Please reason step by step, and put your final answer within \\boxed{}.
            <|eot_id|><|start_header_id|>user<|end_header_id|>
            1+1?
            <|eot_id|><|start_header_id|>assistant<|end_header_id|>
            """);
  }

  @Test
  void r1AndQwenTagStopWhereTheAnswerEnds() {
    PromptFormat r1 = PromptFormat.named("r1");
    PromptFormat tag = PromptFormat.named("qwen_tag");
    assertThat(r1.render("1+1?", NO_CHAT))
        .startsWith("A conversation between User and Assistant. The User asks a question,")
        .endsWith("<answer> answer here </answer>.\nUser: 1+1?\nAssistant: <think>");
    assertThat(tag.render("1+1?", NO_CHAT))
        .startsWith("<|im_start|>system\nYou should first thinks about")
        .endsWith(
            "</answer>.<|im_end|>\n<|im_start|>user\n1+1?<|im_end|>\n<|im_start|>assistant\n");
    assertThat(List.of(r1.stop(), tag.stop())).containsOnly(Optional.of("</answer>"));
  }

  @Test
  void noneIsTheQuestion() {
    assertThat(PromptFormat.named("none").render(" {{ 1+1? }}\n", CHAT)).isEqualTo(" {{ 1+1? }}\n");
  }

  @Test
  void chatAsksInTheModelsOwnTemplate() {
    assertThat(PromptFormat.named("chat").render("{{ x }}", CHAT))
        .isEqualTo("[user]{{ x }}[assistant]");
    assertThat(PromptFormat.named("chat_box").render("1+1?", CHAT))
        .isEqualTo(
            "[user]1+1? Let's think step by step and output the final answer within \\boxed{}."
                + "[assistant]");
    assertThat(PromptFormat.named("chat_answer").render("1+1?", CHAT))
        .isEqualTo(
            "[user]Solve the following math problem step by step. The last line of your response"
                + " should be of the form Answer: $Answer (without quotes) where $Answer is the"
                + " answer to the problem.\n\n1+1?\n\nRemember to put your answer on its own line"
                + " after \"Answer:\".[assistant]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"chat", "chat_box", "chat_answer"})
  void chatNeedsATemplate(String name) {
    assertThatThrownBy(() -> PromptFormat.named(name).render("1+1?", NO_CHAT))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("the model has none");
  }

  @Test
  void anUnknownNameIsAnsweredWithTheNearest() {
    assertThatThrownBy(() -> PromptFormat.named("qwenbox"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("did you mean 'qwen_box'?");
    assertThatThrownBy(() -> PromptFormat.named("lama3_box"))
        .hasMessageContaining("did you mean 'llama3_box'?");
  }

  @Test
  void namesAreUnique() {
    assertThat(PromptFormat.ALL).extracting(PromptFormat::name).doesNotHaveDuplicates();
  }

  @Test
  void aServiceIsAskedWithoutAnyModelsMarks() {
    assertThat(PromptFormat.named("chat_box").message("1 + 1?"))
        .isEqualTo("1 + 1? Let's think step by step and output the final answer within \\boxed{}.");
    assertThat(PromptFormat.named("none").message("1 + 1?")).isEqualTo("1 + 1?");
    assertThat(PromptFormat.named("chat_code").message("Add."))
        .startsWith("Add.\n\nSolve this in Python.")
        .endsWith("the whole program.");
    for (String marked : new String[] {"qwen_box", "qwen_tag", "llama3_box"}) {
      assertThatThrownBy(() -> PromptFormat.named(marked).message("1 + 1?"))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("'%s' has one model's chat marks".formatted(marked));
    }
  }

  @Test
  void plainFormatsSayTheSameAsTheirChatFormats() {
    for (String name : new String[] {"box", "code"}) {
      assertThat(PromptFormat.named(name).render("1 + 1?", Optional.empty()))
          .isEqualTo(PromptFormat.named("chat_" + name).message("1 + 1?") + "\n");
    }
  }
}

package io.braid.text;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The texts of the named prompt formats. */
final class PromptFormats {
  private static final Optional<String> NO_STOP = Optional.empty();
  private static final Optional<String> ANSWER_END = Optional.of("</answer>");

  /** RLFR: the answer in a box, in Qwen's chat form. */
  private static final PromptFormat QWEN_BOX =
      new PromptFormat.Fixed(
          "qwen_box",
          """
          <|im_start|>system
          Please reason step by step, and put your final answer within \\boxed{}.<|im_end|>
          <|im_start|>user
          """,
          "<|im_end|>\n<|im_start|>assistant\n",
          NO_STOP);

  /** RLFR: thoughts and answer in tags, in Qwen's chat form. */
  private static final PromptFormat QWEN_TAG =
      new PromptFormat.Fixed(
          "qwen_tag",
          "<|im_start|>system\n"
              + "You should first thinks about the reasoning process in the mind and then provides"
              + " the user with the answer. Your answer must be in latex format and wrapped in"
              + " $...$. The reasoning process and answer are enclosed within <think> </think> and"
              + " <answer> </answer> tags, respectively, i.e., <think> Since $1+1=2$, so the answer"
              + " is $2$. </think><answer> $2$ </answer>, which means your output should start with"
              + " <think> and end with </answer>.<|im_end|>\n"
              + "<|im_start|>user\n",
          "<|im_end|>\n<|im_start|>assistant\n",
          ANSWER_END);

  /** RLFR: thoughts and answer in tags, in plain text. */
  private static final PromptFormat R1 =
      new PromptFormat.Fixed(
          "r1",
          "A conversation between User and Assistant. The User asks a question, and the Assistant"
              + " solves it. The Assistant first thinks about the reasoning process in the mind and"
              + " then provides the User with the answer. The reasoning process is enclosed within"
              + " <think> </think> and answer is enclosed within <answer> </answer> tags,"
              + " respectively, i.e., <think> reasoning process here </think> <answer> answer here"
              + " </answer>.\n"
              + "User: ",
          "\nAssistant: <think>",
          ANSWER_END);

  /** RLFR: the answer in a box, in Llama 3's form with RLFR's own line ends. */
  private static final PromptFormat LLAMA3_BOX =
      new PromptFormat.Fixed(
          "llama3_box",
          """
          <|begin_of_text|><|start_header_id|>system<|end_header_id|>
          Please reason step by step, and put your final answer within \\boxed{}.
          <|eot_id|><|start_header_id|>user<|end_header_id|>
          """,
          "\n<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n",
          NO_STOP);

  private static final PromptFormat NONE = new PromptFormat.Fixed("none", "", "", NO_STOP);

  private static final PromptFormat CHAT = new PromptFormat.Chat("chat", "", "");

  /** FlowRL's format for mathematics, taken from DAPO: the answer is on a separate last line. */
  private static final PromptFormat CHAT_ANSWER =
      new PromptFormat.Chat(
          "chat_answer",
          "Solve the following math problem step by step. The last line of your response should be"
              + " of the form Answer: $Answer (without quotes) where $Answer is the answer to the"
              + " problem.\n\n",
          "\n\nRemember to put your answer on its own line after \"Answer:\".");

  /** FlowRL's preprocessing of DeepScaleR: the answer in a box. */
  private static final String IN_A_BOX =
      " Let's think step by step and output the final answer within \\boxed{}.";

  private static final PromptFormat CHAT_BOX = new PromptFormat.Chat("chat_box", "", IN_A_BOX);

  /** {@link #CHAT_BOX} for models without a chat template. */
  private static final PromptFormat BOX =
      new PromptFormat.Fixed("box", "", IN_A_BOX + "\n", NO_STOP);

  /** Braid's own format: a program in a code block. */
  private static final String AS_A_PROGRAM =
      "\n\nSolve this in Python. Complete the function or the class where one is given; else read"
          + " standard input and write standard output. End with one ```python block that holds the"
          + " whole program.";

  private static final PromptFormat CHAT_CODE =
      new PromptFormat.Chat("chat_code", "", AS_A_PROGRAM);

  /** {@link #CHAT_CODE} for models without a chat template. */
  private static final PromptFormat CODE =
      new PromptFormat.Fixed("code", "", AS_A_PROGRAM + "\n", NO_STOP);

  /** Braid's own words for what RLFR's evaluation asks of MathVista and MathVerse. */
  private static final String THINK_FIRST =
      "First think about the question between <think> and </think>. Then give the final answer"
          + " between <answer> and </answer>, and put it in \\boxed{}.\n\n";

  /** Braid's own words for what RLFR's evaluation asks of MathVision. */
  private static final String IN_TAGS =
      "\n\nGive the final answer between <answer> and </answer>, and put it in \\boxed{}.";

  /** Braid's own words for what RLFR's evaluation asks of LogicVista. */
  private static final String BOXED = "\n\nPut the final answer in \\boxed{}.";

  /** Braid's own words for what RLFR's evaluation asks of VisuLogic. */
  private static final String BOXED_LETTER = "\n\nPut the letter of your answer in \\boxed{}.";

  /** The formats of RLFR's suites with images: each with and without a chat template. */
  private static final List<PromptFormat> OF_VISION_SUITES =
      List.of(
          new PromptFormat.Chat("chat_think_box", THINK_FIRST, ""),
          new PromptFormat.Fixed("think_box", THINK_FIRST, "\n", NO_STOP),
          new PromptFormat.Chat("chat_steps_box", THINK_FIRST, "\n\nThink step by step."),
          new PromptFormat.Fixed("steps_box", THINK_FIRST, "\n\nThink step by step.\n", NO_STOP),
          new PromptFormat.Chat("chat_tag_box", "", IN_TAGS),
          new PromptFormat.Fixed("tag_box", "", IN_TAGS + "\n", NO_STOP),
          new PromptFormat.Chat("chat_boxed", "", BOXED),
          new PromptFormat.Fixed("boxed", "", BOXED + "\n", NO_STOP),
          new PromptFormat.Chat("chat_letter", "", BOXED_LETTER),
          new PromptFormat.Fixed("letter", "", BOXED_LETTER + "\n", NO_STOP));

  private PromptFormats() {}

  static List<PromptFormat> all() {
    List<PromptFormat> general =
        List.of(
            QWEN_BOX,
            QWEN_TAG,
            R1,
            LLAMA3_BOX,
            NONE,
            BOX,
            CODE,
            CHAT,
            CHAT_ANSWER,
            CHAT_BOX,
            CHAT_CODE);
    return Stream.concat(general.stream(), OF_VISION_SUITES.stream()).toList();
  }
}

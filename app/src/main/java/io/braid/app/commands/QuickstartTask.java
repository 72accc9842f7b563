package io.braid.app.commands;

import io.braid.app.report.QuickstartReport;
import io.braid.input.DataRecipe;
import io.braid.input.PromptRecipe;
import io.braid.run.eval.EvaluationRecipe;
import io.braid.verify.Rule;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.ObjLongConsumer;

/**
 * What a quickstart trains on. Its settings are shipped recipes.
 *
 * @param blank writes the random model into a directory, from a seed
 * @param sft recipe of the supervised fine-tuning
 * @param flow recipe of the flow field
 * @param runs recipes of the runs of {@link QuickstartReport#RUNS}, by run
 * @param test how the models are evaluated
 * @param words what the report says about it
 */
record QuickstartTask(
    ObjLongConsumer<Path> blank,
    String sft,
    String flow,
    Map<String, String> runs,
    EvaluationRecipe test,
    QuickstartReport.Words words) {
  /** Countdown with three numbers. */
  static final QuickstartTask COUNTDOWN =
      new QuickstartTask(
          (directory, seed) -> BlankModel.of(seed).write(directory, BlankModel.countdownWords()),
          "countdown-sft",
          "flow-countdown",
          Map.of(
              "grpo", "countdown-grpo",
              "flowrl", "countdown-flowrl",
              "rlfr", "rlfr-countdown",
              "flowrl-rlfr", "flowrl-rlfr-countdown"),
          test("countdown:solutions=2,sameness=order,split=test,count=400", /* tokens= */ 10),
          new QuickstartReport.Words(
              "A small language model learns Countdown: by SFT on examples (base), then from this"
                  + " base by GRPO, by FlowRL, and by each of them with the flow rewards of RLFR.",
              "Two expressions count as one solution if they differ only in the order of operands"
                  + " of + and ×."));

  /** Questions about drawn pictures that have several right answers. */
  static final QuickstartTask PICTURES =
      new QuickstartTask(
          (directory, seed) -> new BlankVisionModel(seed).write(directory),
          "visual-sft",
          "flow-visual",
          Map.of(
              "grpo", "visual-grpo",
              "flowrl", "visual-flowrl",
              "rlfr", "visual-rlfr",
              "flowrl-rlfr", "visual-flowrl-rlfr"),
          test("visual:kind=several,split=test,count=400", /* tokens= */ 24),
          new QuickstartReport.Words(
              "A small model that reads pictures learns questions with several right answers: by"
                  + " SFT on examples (base), then from this base by GRPO, by FlowRL, and by each"
                  + " of them with the flow rewards of RLFR.",
              "The right answers to a question count as its solutions."));

  private static EvaluationRecipe test(String data, int tokens) {
    return new EvaluationRecipe(
        DataRecipe.of(data),
        Optional.empty(), // all problems
        PromptRecipe.of("none"),
        Rule.LENIENT,
        16, // samples
        1.0, // temperature
        1.0, // top p
        0, // top k
        Optional.of(tokens));
  }
}

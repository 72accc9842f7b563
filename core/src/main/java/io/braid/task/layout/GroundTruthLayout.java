package io.braid.task.layout;

import io.braid.task.CodeTests;
import io.braid.task.FinalAnswer;
import io.braid.task.Reference;
import io.braid.task.records.Chat;
import io.braid.task.records.DataRecord;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A prompt as a chat with {@code reward_model.ground_truth} beside it: dapo-math-17k, and FlowRL's
 * and DeepCoder's prepared sets, whose truth is a text that holds tests.
 */
final class GroundTruthLayout implements Layout {
  private static final String TRUTH = "reward_model.ground_truth";

  @Override
  public String name() {
    return "prompt and ground truth (DAPO)";
  }

  @Override
  public boolean fits(DataRecord values) {
    return values.has("prompt") && values.has(TRUTH);
  }

  @Override
  public Reading read(DataRecord values) {
    Optional<String> question = values.said("prompt", Chat.Side.USER);
    if (question.isEmpty()) {
      return new Reading.Left("no question");
    }
    return isCode(values) ? code(values, question.get()) : answer(values, question.get());
  }

  private static boolean isCode(DataRecord values) {
    return values.text("ability").orElse("").toLowerCase(Locale.ROOT).equals("code");
  }

  private static Reading code(DataRecord values, String question) {
    try {
      CodeTests tests =
          TestsJson.of(
              PackedTests.unpacked(values.at(TRUTH).orElseThrow()),
              Optional.empty(),
              OptionalDouble.empty());
      return new Reading.Found(id(values), question, tests);
    } catch (UnreadableTests e) {
      return new Reading.Left(e.why());
    }
  }

  private static Reading answer(DataRecord values, String question) {
    return values
        .text(TRUTH)
        .map(FinalAnswer::ofSolution)
        .filter(text -> !text.isBlank())
        .<Reading>map(text -> new Reading.Found(id(values), question, new Reference.Text(text)))
        .orElse(new Reading.Left("no answer"));
  }

  /** dapo-math-17k holds each problem many times over, under one index: that is not a unique id. */
  private static Optional<String> id(DataRecord values) {
    return OwnId.of(values);
  }
}

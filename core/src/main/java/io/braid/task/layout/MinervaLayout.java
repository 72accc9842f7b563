package io.braid.task.layout;

import io.braid.math.find.FinalAnswer;
import io.braid.task.Reference;
import io.braid.task.records.DataRecord;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Minerva's course problems as distributed with FlowRL. {@code answer} lists several forms of the
 * answer, such as {@code 6630.65} and {@code 6630}; each form is correct.
 */
final class MinervaLayout implements Layout {
  @Override
  public String name() {
    return "Minerva";
  }

  @Override
  public boolean fits(DataRecord values) {
    return values.has("problem")
        && values.has("type")
        && values.has("idx")
        && values.at("answer").filter(JsonNode::isArray).isPresent();
  }

  @Override
  public Reading read(DataRecord values) {
    Optional<String> question = values.text("problem");
    List<String> answers =
        values.texts("answer").stream()
            .map(FinalAnswer::ofSolution)
            .filter(answer -> !answer.isBlank())
            .distinct()
            .toList();
    if (question.isEmpty()) {
      return new Reading.Skipped("no question");
    }
    return answers.isEmpty()
        ? new Reading.Skipped("no answer")
        : new Reading.Found(
            Optional.empty(),
            question.get(),
            new Reference.Text(answers.getFirst(), answers.subList(1, answers.size())));
  }
}

package io.braid.task.layout;

import io.braid.math.find.FinalAnswer;
import io.braid.task.ProblemFields;
import io.braid.task.Reference;
import io.braid.task.records.DataRecord;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A question and an answer: GSM8K, MATH, AIME, OlympiadBench, DAPO, and the training files of verl,
 * slime, OpenRLHF, open-instruct, AReaL, rLLM, prime-rl and TRL.
 *
 * <p>Their keys are listed in {@link ProblemFields#QUESTIONS} and {@link ProblemFields#ANSWERS},
 * and {@link Truth} reads the values. An answer that is a worked solution is reduced to its final
 * answer.
 */
final class AnswerLayout implements Layout {
  /** Keys whose value may say that the task is to write a program. */
  private static final List<String> KINDS = List.of("ability", "task_type", "task");

  private static final Pattern CODE =
      Pattern.compile("(?i)(.*[^a-z])?(cod(e|es|ing)|program(s|ming)?)([^a-z].*)?");
  private static final Pattern NUMBER = Pattern.compile("[-+]?\\d{1,60}(\\.\\d{1,60})?");
  private static final Pattern CHOICE = Pattern.compile("\\(?[A-J]\\)?");

  private final ProblemFields fields;

  AnswerLayout(ProblemFields fields) {
    this.fields = fields;
  }

  @Override
  public String name() {
    return "question and answer";
  }

  @Override
  public boolean fits(DataRecord values) {
    return true;
  }

  @Override
  public Reading read(DataRecord values) {
    String key = values.key("answer", fields.answer(), ProblemFields.ANSWERS);
    return switch (Question.of(values, fields)) {
      case Question.Found.None(String why) -> new Reading.Skipped(why);
      case Question.Found.Is(DataRecord.Asked asked) ->
          switch (truth(values, key)) {
            case Truth.Found.None(String why) -> new Reading.Skipped(why);
            case Truth.Found.Right(Reference reference) ->
                new Reading.Found(OwnId.of(values), asked, reference)
                    .doubting(doubt(values, key, reference))
                    .doubting(Question.doubt(values, fields));
          };
    };
  }

  private Truth.Found truth(DataRecord values, String key) {
    Optional<JsonNode> value = values.at(key).filter(each -> !DataRecord.isMissing(each));
    if (value.isEmpty()) {
      return new Truth.Found.None("no answer");
    }
    if (values.isChat(key)) {
      return values
          .answered(key)
          .map(FinalAnswer::ofSolution)
          .filter(text -> !text.isBlank())
          .map(text -> Truth.anyOf(List.of(text)))
          .orElseGet(() -> new Truth.Found.None("no answer"));
    }
    return Truth.of(
        value.get(),
        ProblemFields.TRUTHS.contains(key),
        fields.answer().isEmpty() && asksForCode(values));
  }

  private static boolean asksForCode(DataRecord values) {
    return KINDS.stream()
        .flatMap(key -> values.at(key).filter(JsonNode::isString).stream())
        .anyMatch(kind -> CODE.matcher(kind.stringValue()).matches());
  }

  /**
   * Describes a contradiction: another usual key has a different answer, and both answers are
   * numbers or choices.
   */
  private Optional<String> doubt(DataRecord values, String key, Reference reference) {
    if (fields.answer().isPresent() || !(reference instanceof Reference.Text text)) {
      return Optional.empty();
    }
    return values.filled(ProblemFields.ANSWERS).stream()
        .filter(other -> !other.equals(key) && !values.isChat(other))
        .filter(other ->
            Truth.of(values.at(other).orElseThrow(), true, false)
                    instanceof Truth.Found.Right(Reference.Text says)
                && contradicts(text, says))
        .findFirst()
        .map(other -> "'%s' contradicts '%s'".formatted(other, key));
  }

  private static boolean contradicts(Reference.Text one, Reference.Text other) {
    if (!one.alternatives().isEmpty() || !other.alternatives().isEmpty()) {
      return false;
    }
    String a = one.answer();
    String b = other.answer();
    if (NUMBER.matcher(a).matches() && NUMBER.matcher(b).matches()) {
      return new BigDecimal(a).compareTo(new BigDecimal(b)) != 0;
    }
    return CHOICE.matcher(a).matches()
        && CHOICE.matcher(b).matches()
        && !a.replaceAll("[()]", "").equals(b.replaceAll("[()]", ""));
  }
}

package io.braid.task.layout;

import io.braid.math.find.FinalAnswer;
import io.braid.task.Reference;
import io.braid.task.records.DataRecord;
import io.braid.task.records.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;

/**
 * Reads a ground truth: an answer, a list of answers, an object such as {@code {target: …}}, tests
 * of a program, or any of these as a JSON string.
 */
final class Truth {
  /** Keys of the answer, or of a list of correct answers, in an object. */
  private static final List<String> WITHIN =
      List.of("target", "targets", "ground_truth", "answer", "answers", "value", "solution");

  private static final String OTHER_SPELLINGS = "aliases"; // TriviaQA
  private static final String TESTS = "test_cases";

  private Truth() {}

  /** A reference, or the reason why there is none. */
  sealed interface Found {
    record Right(Reference reference) implements Found {}

    record None(String why) implements Found {}
  }

  /**
   * Reads the ground truth in a value.
   *
   * @param any whether each answer in a list is correct on its own; otherwise a response must give
   *     all of them
   * @param code whether the record says that the task is to write a program
   */
  static Found of(JsonNode value, boolean any, boolean code) {
    JsonNode meant = unwrapped(value);
    if (code || areTests(meant)) {
      try {
        JsonNode tests = meant.has(TESTS) ? unwrapped(meant.get(TESTS)) : meant;
        return new Found.Right(
            TestsJson.of(
                PackedTests.unpacked(tests),
                TestsJson.functionName(meant),
                OptionalDouble.empty()));
      } catch (UnreadableTests e) {
        return new Found.None(e.why());
      }
    }
    if (meant.isObject()) {
      return object(meant);
    }
    return meant.isArray() ? list(meant, any) : answer(meant);
  }

  private static boolean areTests(JsonNode meant) {
    if (meant.isObject()) {
      return (meant.has("inputs") && meant.has("outputs"))
          || meant.path("functional").isString()
          || meant.has(TESTS);
    }
    return meant.isArray()
        && !meant.isEmpty()
        && meant.valueStream().allMatch(row -> row.has("input") && row.has("output"));
  }

  /**
   * Parses a list or object stored as a string, unless it can be an answer itself: {@code ["15"]}
   * is a list with one answer, but {@code [0, 1]} is an interval.
   */
  private static JsonNode unwrapped(JsonNode value) {
    if (!value.isString()) {
      return value;
    }
    String text = value.stringValue().strip();
    if (text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")) {
      return JsonText.parsed(text).filter(JsonNode::isString).orElse(value);
    }
    return JsonText.container(text)
        .filter(inside ->
            inside.isObject()
                || inside.size() == 1
                || inside.valueStream().noneMatch(JsonNode::isNumber))
        .orElse(value);
  }

  private static Found object(JsonNode object) {
    DataRecord inside = new DataRecord("", object);
    Optional<String> key = WITHIN.stream().filter(inside::isFilled).findFirst();
    if (key.isEmpty()) {
      return new Found.None(
          "an answer that is an object with the keys "
              + String.join(", ", object.propertyNames().stream().limit(8).sorted().toList()));
    }
    Found found = of(inside.at(key.get()).orElseThrow(), true, false);
    return found instanceof Found.Right(Reference.Text right) && inside.isFilled(OTHER_SPELLINGS)
        ? with(right, of(inside.at(OTHER_SPELLINGS).orElseThrow(), true, false))
        : found;
  }

  private static Found with(Reference.Text right, Found others) {
    if (!(others instanceof Found.Right(Reference.Text more))) {
      return new Found.Right(right);
    }
    List<String> all = new ArrayList<>(List.of(right.answer()));
    all.addAll(right.alternatives());
    all.add(more.answer());
    all.addAll(more.alternatives());
    return anyOf(all);
  }

  private static Found list(JsonNode list, boolean any) {
    List<String> answers = new ArrayList<>();
    for (JsonNode each : list) {
      if (DataRecord.isMissing(each)) {
        continue;
      }
      switch (each.isContainer() ? of(each, any, false) : answer(each)) {
        case Found.Right(Reference.Text text) -> {
          answers.add(text.answer());
          answers.addAll(text.alternatives());
        }
        case Found.Right _ -> {
          return new Found.None("a list of answers and tests");
        }
        case Found.None none -> {
          return none;
        }
      }
    }
    if (answers.isEmpty()) {
      return new Found.None("no answer");
    }
    return any ? anyOf(answers) : new Found.Right(new Reference.Text(String.join(", ", answers)));
  }

  static Found anyOf(List<String> answers) {
    List<String> different = answers.stream().distinct().toList();
    return new Found.Right(
        new Reference.Text(different.getFirst(), different.subList(1, different.size())));
  }

  private static Found answer(JsonNode value) {
    String text =
        DataRecord.isMissing(value) ? "" : FinalAnswer.ofSolution(DataRecord.written(value));
    return text.isBlank() ? new Found.None("no answer") : new Found.Right(new Reference.Text(text));
  }
}

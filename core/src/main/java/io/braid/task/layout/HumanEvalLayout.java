package io.braid.task.layout;

import io.braid.task.CodeTests;
import io.braid.task.records.DataRecord;
import java.util.List;

/**
 * HumanEval: {@code prompt} is a function up to the end of its docstring, {@code test} defines
 * {@code check(candidate)}, and {@code entry_point} is the function's name.
 */
final class HumanEvalLayout implements Layout {
  @Override
  public String name() {
    return "HumanEval";
  }

  @Override
  public boolean fits(DataRecord values) {
    return values.verbatim("prompt").isPresent()
        && values.verbatim("test").isPresent()
        && values.verbatim("entry_point").isPresent();
  }

  @Override
  public Reading read(DataRecord values) {
    String prompt = values.verbatim("prompt").orElseThrow();
    String function = values.verbatim("entry_point").orElseThrow().strip();
    String test = values.verbatim("test").orElseThrow();
    if (prompt.isBlank() || !Python.isName(function)) {
      return new Reading.Skipped("no function to complete");
    }
    if (test.isBlank()) {
      return new Reading.Skipped("no tests");
    }
    return new Reading.Found(
        OwnId.of(values),
        CodeQuestion.complete(prompt),
        new CodeTests.Assertions(prompt, List.of(test + "\ncheck(" + function + ")")));
  }
}

package io.braid.task.layout;

import io.braid.task.CodeTests;
import io.braid.task.records.DataRecord;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * MBPP in its original form ({@code text}, {@code test_setup_code}) and its sanitized form ({@code
 * prompt}, {@code test_imports}). The question shows the tests, as the published prompts do,
 * because the function's name appears only in them.
 */
final class MbppLayout implements Layout {
  private static final List<String> TASKS = List.of("text", "prompt");

  @Override
  public String name() {
    return "MBPP";
  }

  @Override
  public boolean fits(DataRecord values) {
    return values.isFilled("test_list") && values.first(TASKS).isPresent();
  }

  @Override
  public Reading read(DataRecord values) {
    Optional<String> task = values.first(TASKS).flatMap(values::text);
    List<String> tests = values.texts("test_list");
    if (task.isEmpty()) {
      return new Reading.Skipped("no question");
    }
    if (tests.isEmpty()) {
      return new Reading.Skipped("no tests");
    }
    return new Reading.Found(
        id(values),
        CodeQuestion.passing(task.get(), tests),
        new CodeTests.Assertions(before(values), tests));
  }

  private static String before(DataRecord values) {
    return Stream.concat(
            values.texts("test_imports").stream(), values.verbatim("test_setup_code").stream())
        .filter(part -> !part.isBlank())
        .map(part -> part.stripTrailing() + "\n")
        .collect(Collectors.joining());
  }

  /** Returns the id, prefixed because MBPP's ids are plain numbers. */
  private static Optional<String> id(DataRecord values) {
    return OwnId.of(values).map(id -> id.matches("\\d+") ? "MBPP/" + id : id);
  }
}

package io.braid.task.layout;

import io.braid.task.CodeTests;
import io.braid.task.ProblemFields;
import io.braid.task.records.DataRecord;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A programming question with {@code tests} (FlowRL's files, DeepCoder) or {@code input_output}
 * (APPS, TACO); see {@link TestsJson} for their forms.
 */
final class TestedCodeLayout implements Layout {
  private static final List<String> TESTS =
      List.of("tests", "input_output", "verification_info.test_cases", "test_cases");

  /** {@code Time Limit: 1500 ms} and {@code Time Limit: {'seconds': 2, 'nanos': 500000000}}. */
  private static final Pattern LIMIT =
      Pattern.compile(
          "(?m)^Time Limit: (?:(\\d{1,7}) ms|\\{'seconds': (\\d{1,5}), 'nanos': (\\d{1,9})\\})["
              + " \\t]*$");

  @Override
  public String name() {
    return "code with tests";
  }

  @Override
  public boolean fits(DataRecord values) {
    return values.first(ProblemFields.QUESTIONS).isPresent()
        && (!values.filled(TESTS).isEmpty()
            || (values.first(TESTS).isPresent() && values.filled(ProblemFields.ANSWERS).isEmpty()));
  }

  @Override
  public Reading read(DataRecord values) {
    if (!(Question.of(values, ProblemFields.AUTO)
        instanceof Question.Found.Is(DataRecord.Asked question))) {
      return new Reading.Skipped("no question");
    }
    try {
      CodeTests tests =
          TestsJson.of(
              PackedTests.unpacked(values.at(values.first(TESTS).orElseThrow()).orElseThrow()),
              TestsJson.functionName(values.values()),
              limit(question.question()));
      Reading.Found found = new Reading.Found(OwnId.of(values), question, tests);
      String key = values.first(ProblemFields.QUESTIONS).orElseThrow();
      return values.isChat(key) // the prompt is complete
          ? found
          : found.asking(
              CodeQuestion.asked(
                  question.question(), values.verbatim("starter_code").orElse(""), tests));
    } catch (UnreadableTests e) {
      return new Reading.Skipped(e.why());
    }
  }

  private static OptionalDouble limit(String question) {
    Matcher matcher = LIMIT.matcher(question);
    OptionalDouble last = OptionalDouble.empty();
    while (matcher.find()) {
      double seconds =
          matcher.group(1) != null
              ? Long.parseLong(matcher.group(1)) / 1e3
              : Long.parseLong(matcher.group(2)) + Long.parseLong(matcher.group(3)) / 1e9;
      last = seconds > 0 ? OptionalDouble.of(seconds) : last;
    }
    return last;
  }
}

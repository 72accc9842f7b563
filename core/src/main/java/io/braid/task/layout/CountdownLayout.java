package io.braid.task.layout;

import io.braid.UserError;
import io.braid.task.Countdown;
import io.braid.task.Counting;
import io.braid.task.Phrasing;
import io.braid.task.Problem;
import io.braid.task.ProblemFields;
import io.braid.task.records.DataRecord;
import java.util.List;
import java.util.Optional;

/** Countdown: a list {@code numbers} and an integer {@code target}. */
final class CountdownLayout implements Layout {
  @Override
  public String name() {
    return "Countdown";
  }

  @Override
  public boolean fits(DataRecord values) {
    return values.wholes("numbers").isPresent() && values.whole("target").isPresent();
  }

  @Override
  public Reading read(DataRecord values) {
    Countdown countdown =
        countdown(
            values, values.wholes("numbers").orElseThrow(), values.whole("target").orElseThrow());
    Problem asked = countdown.asked(Phrasing.COMPACT);
    DataRecord.Asked question =
        values.filled(ProblemFields.QUESTIONS).stream()
            .flatMap(key -> values.asked(key).stream())
            .findFirst()
            .orElseGet(() -> new DataRecord.Asked(asked.question(), List.of(), false));
    return new Reading.Found(Optional.of(asked.id()), question, countdown);
  }

  private static Countdown countdown(DataRecord values, List<Integer> numbers, int target) {
    Counting counting =
        new Counting(
            values.choice("intermediates", Counting.STANDARD.intermediates()),
            values.choice("sameness", Counting.STANDARD.sameness()));
    try {
      return new Countdown(numbers, target, counting);
    } catch (UserError e) {
      throw new UserError(values.where() + ": " + e.getMessage(), e);
    }
  }
}

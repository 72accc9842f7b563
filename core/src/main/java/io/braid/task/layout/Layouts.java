package io.braid.task.layout;

import io.braid.task.ProblemFields;
import io.braid.task.records.DataRecord;
import java.util.List;
import java.util.Optional;

/** The layouts that are known, and which one a record has. */
public final class Layouts {
  /** Narrow ones first; a record has the first that fits it. */
  private static final List<Layout> KNOWN =
      List.of(
          new CountdownLayout(),
          new HumanEvalLayout(),
          new MbppLayout(),
          new LiveCodeBenchLayout(),
          new TestedCodeLayout(),
          new MinervaLayout());

  private final ProblemFields fields;
  private final Layout plain;

  /**
   * Layouts of a file.
   *
   * @param fields the keys that the user names; a named answer is taken as text, whatever else a
   *     record has
   */
  public Layouts(ProblemFields fields) {
    this.fields = fields;
    this.plain = new AnswerLayout(fields);
  }

  /** The layout of a record. */
  public Layout of(DataRecord values) {
    return fields.answer().isPresent()
        ? plain
        : KNOWN.stream().filter(layout -> layout.fits(values)).findFirst().orElse(plain);
  }

  /**
   * Whether a record's reference stands elsewhere than under a key.
   *
   * @param key the key of a response that is to be judged
   */
  public boolean judgeWithout(String key, DataRecord values) {
    return of(values) != plain
        || fields
            .answer()
            .or(() -> values.first(ProblemFields.ANSWERS))
            .filter(answer -> !answer.equals(key))
            .isPresent();
  }

  /**
   * The problem of a record, with the question under the key that the user names.
   *
   * @throws io.braid.UserError when the record contradicts itself or lacks every usual key
   */
  public Reading read(DataRecord values) {
    Reading reading = of(values).read(values);
    if (!(reading instanceof Reading.Found found)) {
      return reading;
    }
    if (fields.question().isPresent() && of(values) != plain) {
      String key = values.key("question", fields.question(), List.of());
      Optional<DataRecord.Asked> asked = values.asked(key);
      if (asked.isEmpty()) {
        return new Reading.Left("no question");
      }
      found = found.asking(asked.get());
    }
    return found.asking(fields.worded(values, found.asked()));
  }
}

package io.braid.task.layout;

import io.braid.task.ProblemFields;
import io.braid.task.records.DataRecord;
import java.util.List;
import java.util.Optional;

/** Selects the layout of a record from the known ones. */
public final class Layouts {
  /** The layouts, most specific first; a record has the first layout that fits it. */
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
   * Creates the layouts for a file.
   *
   * @param fields the keys given by the user; if an answer key is given, every record is read as a
   *     question and an answer
   */
  public Layouts(ProblemFields fields) {
    this.fields = fields;
    this.plain = new AnswerLayout(fields);
  }

  /** Returns the layout of a record. */
  public Layout of(DataRecord values) {
    return fields.answer().isPresent()
        ? plain
        : KNOWN.stream().filter(layout -> layout.fits(values)).findFirst().orElse(plain);
  }

  /**
   * Returns whether a record has a reference other than the value of a key.
   *
   * @param key the key of a response to grade
   */
  public boolean hasReferenceBesides(String key, DataRecord values) {
    return of(values) != plain
        || fields
            .answer()
            .or(() -> values.first(ProblemFields.ANSWERS))
            .filter(answer -> !answer.equals(key))
            .isPresent();
  }

  /**
   * Reads the problem of a record, with the question of the user's key if one is given.
   *
   * @throws io.braid.UserError if the record contradicts itself or has none of the usual keys
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
        return new Reading.Skipped("no question");
      }
      found = found.asking(asked.get());
    }
    return found.asking(fields.worded(values, found.asked()));
  }
}

package io.braid.task.inspect;

import io.braid.UserError;
import io.braid.task.CodeTests;
import io.braid.task.Countdown;
import io.braid.task.DigitSequence;
import io.braid.task.ProblemFields;
import io.braid.task.Reference;
import io.braid.task.inspect.DataReport.Lengths;
import io.braid.task.layout.Layouts;
import io.braid.task.layout.Reading;
import io.braid.task.records.DataRecord;
import io.braid.task.records.RecordFile;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Summarises a data file in a single pass. */
public final class Inspection {
  private static final Pattern NUMBER =
      Pattern.compile(
          "[-+]?\\$?\\d{1,60}(,\\d{3}){0,20}(\\.\\d{0,60})?%?|[-+]?\\d{1,30}/\\d{1,30}");
  private static final Pattern FORMULA =
      Pattern.compile("[\\\\^_{}=$]|\\d\\s*[-+*/(]|[(\\[]\\s*-?\\d");
  private static final int MOST_COLUMNS = 500;

  private final Layouts layouts;
  private final Map<String, ColumnTally> columns = new LinkedHashMap<>();
  private final Map<String, Long> byLayout = new TreeMap<>();
  private final Map<String, Long> skipped = new TreeMap<>();
  private final Map<String, Long> answers = new TreeMap<>();
  private final Set<TextHash> questions = new HashSet<>();
  private final IntStream.Builder lengths = IntStream.builder();
  private long rows;
  private long problems;
  private long duplicates;

  private Inspection(ProblemFields fields) {
    this.layouts = new Layouts(fields);
  }

  /**
   * Summarises a file.
   *
   * @throws UserError if the file cannot be read; records without a usable problem are only counted
   */
  public static DataReport of(Path file, ProblemFields fields) {
    return of(file, Optional.empty(), fields);
  }

  /** Summarises one split, like {@link #of(Path, ProblemFields)}. */
  public static DataReport of(Path file, Optional<String> split, ProblemFields fields) {
    Inspection inspection = new Inspection(fields);
    RecordFile.forEach(file, split, inspection::add);
    return inspection.report();
  }

  private void add(DataRecord values) {
    rows++;
    values
        .values()
        .properties()
        .forEach(entry -> {
          if (columns.size() < MOST_COLUMNS || columns.containsKey(entry.getKey())) {
            columns.computeIfAbsent(entry.getKey(), ColumnTally::new).add(entry.getValue());
          }
        });
    byLayout.merge(layouts.of(values).name(), 1L, Long::sum);
    try {
      switch (layouts.read(values)) {
        case Reading.Found found -> add(found);
        case Reading.Skipped(String why) -> skipped.merge(why, 1L, Long::sum);
      }
    } catch (UserError e) {
      String why = String.valueOf(e.getMessage()).replace(values.where(), "the record");
      skipped.merge(why, 1L, Long::sum);
    }
  }

  private void add(Reading.Found found) {
    problems++;
    lengths.add(found.question().length());
    duplicates += questions.add(TextHash.of(found.question())) ? 0 : 1;
    answers.merge(kind(found.reference()), 1L, Long::sum);
  }

  private static String kind(Reference reference) {
    return switch (reference) {
      case Reference.Text text when NUMBER.matcher(text.answer()).matches() -> "numbers";
      case Reference.Text text when FORMULA.matcher(text.answer()).find() -> "formulas";
      case Reference.Text _ -> "text";
      case CodeTests.Programs _ -> "programs";
      case CodeTests.Calls _ -> "function calls";
      case CodeTests.Assertions _ -> "assertions";
      case Countdown _ -> "Countdown";
      case Reference.OneOf _ -> "one of several";
      case DigitSequence _ -> "digit sequences";
    };
  }

  private DataReport report() {
    int[] sorted = lengths.build().sorted().toArray();
    Lengths all =
        sorted.length == 0
            ? new Lengths(0, 0, 0)
            : new Lengths(sorted[0], sorted[sorted.length / 2], sorted[sorted.length - 1]);
    return new DataReport(
        rows,
        columns.values().stream().map(ColumnTally::report).toList(),
        byLayout,
        problems,
        skipped,
        answers,
        all,
        duplicates);
  }
}

package io.braid.task;

import io.braid.Seeds;
import io.braid.UserError;
import io.braid.task.images.RecordImages;
import io.braid.task.layout.Layouts;
import io.braid.task.layout.Reading;
import io.braid.task.records.DataRecord;
import io.braid.task.records.MissingKey;
import io.braid.task.records.RecordFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads problems from a file or directory of any kind in {@link RecordFile} and any layout in
 * {@link Layouts}. The layout is determined for each record.
 *
 * <p>A worked solution is reduced to its final answer: the text after {@code ####} (GSM8K), or
 * otherwise the content of the last {@code \boxed{…}} (MATH).
 */
public final class ProblemFile {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemFile.class);

  private final ProblemFields fields;
  private final Layouts layouts;
  private final Optional<RecordImages> images; // absent to leave images out
  private final ProblemIds ids = new ProblemIds();
  private final Map<String, Doubt> left = new TreeMap<>(); // skipped records, by reason
  private final Map<String, Doubt> doubts = new TreeMap<>(); // by kind
  private Optional<MissingKey> missing = Optional.empty(); // the first

  /**
   * The number of records that contradict themselves in the same way, and the first of these
   * records.
   */
  private record Doubt(int records, String first) {
    Doubt and(Doubt other) {
      return new Doubt(records + other.records, first);
    }
  }

  private ProblemFile(ProblemFields fields, Optional<RecordImages> images) {
    this.fields = fields;
    this.images = images;
    this.layouts = new Layouts(fields);
  }

  /** Reads problems with the usual keys; see {@link #read(Path, ProblemFields)}. */
  public static List<Problem> read(Path file) {
    return read(file, ProblemFields.AUTO);
  }

  /**
   * Reads problems in the order of the file. Records without a readable question, answer or tests
   * are skipped; a warning says how many.
   *
   * @throws UserError if the file is missing, malformed, empty or of an unknown kind, a record
   *     lacks a key, or an id occurs twice under a key that the user named
   */
  public static List<Problem> read(Path file, ProblemFields fields) {
    return read(file, fields, Where.ALL);
  }

  /**
   * Reads problems like {@link #read(Path, ProblemFields)}, but only from records that pass a
   * filter.
   */
  public static List<Problem> read(Path file, ProblemFields fields, Where where) {
    ProblemFile reader = new ProblemFile(fields, Optional.of(new RecordImages(file, fields)));
    List<Problem> problems = new ArrayList<>();
    int[] taken = {0};
    RecordFile.forEach(
        file,
        where.split(),
        values -> {
          if (where.takes(values)) {
            taken[0]++;
            reader.problem(values).ifPresent(problems::add);
          }
        });
    if (taken[0] == 0) {
      throw where.takesNothing(file);
    }
    reader.tell(file, problems.size());
    return problems;
  }

  /**
   * Passes every record to the consumer in the order of the file, together with its problem if it
   * has one. Issues no warnings and reads no images.
   *
   * @throws UserError if the file is missing, malformed, empty or of an unknown kind, or a record
   *     contradicts itself
   */
  public static void forEach(
      Path file,
      Optional<String> split,
      ProblemFields fields,
      BiConsumer<DataRecord, Optional<Problem>> to) {
    ProblemFile reader = new ProblemFile(fields, Optional.empty());
    RecordFile.forEach(file, split, values -> to.accept(values, reader.problem(values)));
  }

  private void tell(Path file, int problems) {
    int out = left.values().stream().mapToInt(Doubt::records).sum();
    String reasons =
        left.entrySet().stream()
            .map(reason ->
                "%s (%s, first %s)"
                    .formatted(reason.getKey(), reason.getValue().records, reason.getValue().first))
            .collect(Collectors.joining(", "));
    if (problems == 0 && missing.isPresent()) {
      throw missing.get();
    }
    if (problems == 0) {
      throw new UserError(
          "%s has no problems; none of its %d records has both a question and an answer: %s"
              .formatted(file, out, reasons));
    }
    if (out > 0) {
      LOG.warn("{}: skipped {} of {} records: {}", file, out, out + problems, reasons);
    }
    doubts.forEach((what, doubt) ->
        LOG.warn(
            "{}: in {} records, {}, which is used (first at {}); set fields to choose the key",
            file,
            doubt.records,
            what,
            doubt.first));
    images.ifPresent(each -> each.check(file));
  }

  /**
   * Returns the problem from a record that contains both a response and a separate reference; empty
   * if there is no separate reference.
   *
   * @param response the response's key, whose value is never used as the reference
   */
  static Optional<Problem> judged(DataRecord values, ProblemFields fields, String response) {
    ProblemFile reader = new ProblemFile(fields, Optional.empty());
    return reader.layouts.hasReferenceBesides(response, values)
        ? reader.problem(values)
        : Optional.empty();
  }

  private Optional<Problem> problem(DataRecord values) {
    return switch (reading(values)) {
      case Reading.Found found -> {
        found
            .doubt()
            .ifPresent(what -> doubts.merge(what, new Doubt(1, values.where()), Doubt::and));
        yield Optional.of(
            new Problem(
                id(values, found),
                found.question(),
                found.reference(),
                found.conversation(),
                images
                    .map(each -> each.of(values, found.question(), found.conversation()))
                    .orElse(List.of()),
                values.where()));
      }
      case Reading.Skipped(String why) -> {
        left.merge(why, new Doubt(1, values.where()), Doubt::and);
        yield Optional.empty();
      }
    };
  }

  /**
   * Treats a missing key as a skipped record, because JSON records may omit keys; if every record
   * lacks the key, the first error is thrown at the end.
   */
  private Reading reading(DataRecord values) {
    try {
      return layouts.read(values);
    } catch (MissingKey e) {
      missing = missing.or(() -> Optional.of(e));
      return new Reading.Skipped("no " + e.role());
    }
  }

  private String id(DataRecord values, Reading.Found found) {
    if (fields.id().isEmpty()) {
      return ids.made(
          found.id().orElseGet(() -> "text:%016x".formatted(Seeds.hash(found.question()))));
    }
    String key = values.key("id", fields.id(), List.of());
    String id =
        values
            .text(key)
            .orElseThrow(() ->
                new UserError(
                    "%s: '%s' is empty; every record needs an id".formatted(values.where(), key)));
    return ids.given(values.where(), id);
  }
}

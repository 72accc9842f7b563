package io.braid.task;

import io.braid.UserError;
import io.braid.task.layout.Layouts;
import io.braid.task.layout.Reading;
import io.braid.task.records.DataRecord;
import io.braid.task.records.RecordFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Problems in a file or a directory of any kind that {@link RecordFile} knows, in any layout that
 * {@link Layouts} knows; each record decides for itself.
 *
 * <p>An answer that is a worked solution is cut down to its final answer: what follows {@code ####}
 * (GSM8K), else what the last {@code \boxed{…}} holds (MATH).
 */
public final class ProblemFile {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemFile.class);
  private static final List<String> IMAGES = List.of("images", "image");

  private final ProblemFields fields;
  private final Layouts layouts;
  private final ProblemIds ids = new ProblemIds();
  private final Map<String, Integer> left = new TreeMap<>(); // records, by the reason
  private int withImages;

  private ProblemFile(ProblemFields fields) {
    this.fields = fields;
    this.layouts = new Layouts(fields);
  }

  /** Reads problems with the usual keys; see {@link #read(Path, ProblemFields)}. */
  public static List<Problem> read(Path file) {
    return read(file, ProblemFields.AUTO);
  }

  /**
   * Reads problems in the order of the file. Records that lack a question, an answer or tests that
   * can be read are left out, and a warning says how many.
   *
   * @throws UserError when the file is missing, of another kind, malformed or empty, a record lacks
   *     a key, or an id that the user names is there twice
   */
  public static List<Problem> read(Path file, ProblemFields fields) {
    ProblemFile reader = new ProblemFile(fields);
    List<Problem> problems = new ArrayList<>();
    RecordFile.forEach(file, values -> reader.problem(values).ifPresent(problems::add));
    reader.tell(file, problems.size());
    return problems;
  }

  private void tell(Path file, int problems) {
    int out = left.values().stream().mapToInt(Integer::intValue).sum();
    String reasons =
        left.entrySet().stream()
            .map(reason -> "%s (%d)".formatted(reason.getKey(), reason.getValue()))
            .collect(Collectors.joining(", "));
    if (problems == 0) {
      throw new UserError(
          "%s has no problems: each of its %d records lacks a question or an answer: %s"
              .formatted(file, out, reasons));
    }
    if (out > 0) {
      LOG.warn("{}: left out {} of {} records: {}", file, out, out + problems, reasons);
    }
    if (withImages > 0) {
      LOG.warn(
          "{}: {} problems have images, which models of text do not see; their text alone is asked",
          file,
          withImages);
    }
  }

  /**
   * The problem of a record that holds a response too, when it has a reference beside it.
   *
   * @param response the response's key, which no reference is taken from
   */
  static Optional<Problem> judged(DataRecord values, ProblemFields fields, String response) {
    ProblemFile reader = new ProblemFile(fields);
    return reader.layouts.judgeWithout(response, values)
        ? reader.problem(values)
        : Optional.empty();
  }

  private Optional<Problem> problem(DataRecord values) {
    return switch (layouts.read(values)) {
      case Reading.Found found -> {
        withImages += hasImages(values) ? 1 : 0;
        yield Optional.of(new Problem(id(values, found), found.question(), found.reference()));
      }
      case Reading.Left(String why) -> {
        left.merge(why, 1, Integer::sum);
        yield Optional.empty();
      }
    };
  }

  private static boolean hasImages(DataRecord values) {
    return values
        .first(IMAGES)
        .flatMap(values::at)
        .filter(images -> !images.isNull() && !(images.isContainer() && images.isEmpty()))
        .isPresent();
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
                new UserError("%s: '%s' is empty; give an id".formatted(values.where(), key)));
    return ids.given(values.where(), id);
  }
}

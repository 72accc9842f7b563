package io.braid.task;

import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Problems in a file: {@code .jsonl} (an object on each line), {@code .json} (an array of objects)
 * or {@code .parquet}.
 *
 * <p>An answer that is a worked solution is cut down to its final answer: what follows {@code ####}
 * (GSM8K), else what the last {@code \boxed{…}} holds (MATH). A record with a list {@code numbers}
 * and a whole {@code target} is a {@link Countdown} problem, unless an answer key is named.
 */
public final class ProblemFile {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemFile.class);

  private final ProblemFields fields;
  private final Map<String, Integer> timesMade = new HashMap<>();
  private final Set<String> givenIds = new HashSet<>();

  private ProblemFile(ProblemFields fields) {
    this.fields = fields;
  }

  /** Reads problems with the usual keys; see {@link #read(Path, ProblemFields)}. */
  public static List<Problem> read(Path file) {
    return read(file, ProblemFields.AUTO);
  }

  /**
   * Reads problems in the order of the file. Records whose question or answer is null or blank are
   * left out, and a warning says how many.
   *
   * @throws UserError when the file is missing, of another kind, malformed or empty, a record lacks
   *     a key, or an id is there twice
   */
  public static List<Problem> read(Path file, ProblemFields fields) {
    List<DataRecord> records = records(file);
    ProblemFile reader = new ProblemFile(fields);
    List<Problem> problems =
        records.stream().map(reader::problem).flatMap(Optional::stream).toList();
    int left = records.size() - problems.size();
    if (problems.isEmpty()) {
      throw new UserError(
          "%s has no problems: each of its %d records lacks a question or an answer"
              .formatted(file, left));
    }
    if (left > 0) {
      LOG.warn(
          "{}: left out {} of {} records that have no question or answer",
          file,
          left,
          records.size());
    }
    return problems;
  }

  /** A data file's records, at least one. */
  static List<DataRecord> records(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UserError(
          "%s %s; give a .jsonl, .json or .parquet file"
              .formatted(file, Files.exists(file) ? "is not a file" : "does not exist"));
    }
    List<DataRecord> records = anyRecords(file);
    if (records.isEmpty()) {
      throw new UserError("%s has no problems: it is empty".formatted(file));
    }
    return records;
  }

  private static List<DataRecord> anyRecords(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".parquet")) {
      return ParquetRecords.read(file);
    }
    if (name.endsWith(".jsonl") || name.endsWith(".json")) {
      return JsonRecords.read(file);
    }
    throw new UserError("%s is none of .jsonl, .json and .parquet; convert it".formatted(file));
  }

  /**
   * The problem of a record that holds a response too, when it has a reference beside it.
   *
   * @param response the response's key, which no reference is taken from
   */
  static Optional<Problem> judged(DataRecord values, ProblemFields fields, String response) {
    ProblemFile reader = new ProblemFile(fields);
    Optional<String> answer =
        fields.answer().or(() -> ProblemFields.ANSWERS.stream().filter(values::has).findFirst());
    boolean apart = answer.filter(key -> !key.equals(response)).isPresent();
    boolean counts = fields.answer().isEmpty() && countdown(values).isPresent();
    return apart || counts ? reader.problem(values) : Optional.empty();
  }

  private Optional<Problem> problem(DataRecord values) {
    Optional<Countdown> countdown =
        fields.answer().isEmpty() ? countdown(values) : Optional.empty();
    return countdown.isPresent()
        ? Optional.of(problem(values, countdown.get()))
        : textProblem(values);
  }

  private static Optional<Countdown> countdown(DataRecord values) {
    return values
        .wholes("numbers")
        .filter(_ -> values.whole("target").isPresent())
        .map(numbers -> countdown(values, numbers, values.whole("target").orElseThrow()));
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

  private Problem problem(DataRecord values, Countdown countdown) {
    Problem asked = countdown.asked(Phrasing.COMPACT);
    boolean hasQuestion =
        fields.question().isPresent() || ProblemFields.QUESTIONS.stream().anyMatch(values::has);
    String question =
        (hasQuestion ? question(values) : Optional.<String>empty()).orElse(asked.question());
    return new Problem(id(values, asked.id()), question, countdown);
  }

  private Optional<Problem> textProblem(DataRecord values) {
    String answerKey = values.key("answer", fields.answer(), ProblemFields.ANSWERS);
    Optional<String> answer =
        values.text(answerKey).map(FinalAnswer::ofSolution).filter(text -> !text.isBlank());
    return question(values)
        .flatMap(question ->
            answer.map(text ->
                new Problem(
                    id(values, "text:%016x".formatted(Seeds.hash(question))),
                    question,
                    new Reference.Text(text))));
  }

  private Optional<String> question(DataRecord values) {
    return values.text(values.key("question", fields.question(), ProblemFields.QUESTIONS));
  }

  /** The record's own id, or else the made one, with a number behind it when it comes again. */
  private String id(DataRecord values, String made) {
    if (fields.id().isEmpty()) {
      int times = timesMade.merge(made, 1, Integer::sum);
      return times == 1 ? made : made + "~" + times;
    }
    String key = values.key("id", fields.id(), List.of());
    String id =
        values
            .text(key)
            .orElseThrow(() ->
                new UserError("%s: '%s' is empty; give an id".formatted(values.where(), key)));
    if (!givenIds.add(id)) {
      throw new UserError(
          "%s: the id '%s' was there before; ids must be unique".formatted(values.where(), id));
    }
    return id;
  }

  /**
   * Writes Countdown problems as JSONL that {@link #read(Path)} reads back as the same problems:
   * question, answer (one solution), id, numbers, target, how solutions are counted, and one
   * expression for each solution.
   *
   * @param problems problems whose reference is a {@link Countdown}
   * @throws UserError when the file cannot be written
   */
  public static void writeCountdown(Path file, List<Problem> problems, CountdownSolver solver) {
    JsonMapper mapper = new JsonMapper();
    List<String> lines = new ArrayList<>();
    for (Problem problem : problems) {
      if (!(problem.reference() instanceof Countdown countdown)) {
        throw new IllegalArgumentException(problem.id() + " is not a Countdown problem");
      }
      List<String> solutions = solver.solutions(countdown).stream().map(Expression::text).toList();
      ObjectNode line = mapper.createObjectNode();
      line.put("id", problem.id());
      line.put("question", problem.question());
      line.put("answer", solutions.isEmpty() ? null : solutions.getFirst());
      line.set("numbers", mapper.valueToTree(countdown.numbers()));
      line.put("target", countdown.target());
      line.put("intermediates", Names.of(countdown.counting().intermediates()));
      line.put("sameness", Names.of(countdown.counting().sameness()));
      line.set("solutions", mapper.valueToTree(solutions));
      lines.add(mapper.writeValueAsString(line));
    }
    write(file, lines);
  }

  /** Whole or not at all: a disk that fills up leaves what was there before. */
  private static void write(Path file, List<String> lines) {
    Path place = file.toAbsolutePath();
    Path unfinished = place.resolveSibling(".unfinished-" + place.getFileName());
    try {
      try {
        Files.write(unfinished, lines);
        Files.move(unfinished, place, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      throw new UserError(
          "%s cannot be written (%s); choose a directory that exists, may be written to and has room"
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }
}

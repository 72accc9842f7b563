package io.braid.task.inspect;

import io.braid.UserError;
import io.braid.task.Problem;
import io.braid.task.ProblemFields;
import io.braid.task.ProblemFile;
import io.braid.task.records.DataRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Finds problems in a training set that share an n-gram with problems in evaluation suites.
 *
 * <p>Questions are compared exactly as they appear in the files. Consecutive words that occur in
 * more than {@link Phrases#COMMON} problems of a suite, such as "Please solve the programming task
 * below …", are phrasing. An n-gram is ignored if at least half of its words are phrasing.
 */
public final class Decontamination {
  private static final List<String> TEXTS =
      Stream.concat(ProblemFields.QUESTIONS.stream(), Stream.of("question_content", "text"))
          .toList();

  private final int n;
  private final Map<String, Set<SuiteProblem>> suites = new HashMap<>(); // by n-gram
  private long compared;

  /**
   * A problem in an evaluation suite.
   *
   * @param file the suite's file
   * @param id the problem's id in that file
   */
  public record SuiteProblem(Path file, String id) {}

  /**
   * An overlap.
   *
   * @param row index of the training record, from 0
   * @param id the training problem's id
   * @param with the suite's problem that it overlaps with
   * @param gram the first n-gram that both contain
   */
  public record Hit(long row, String id, SuiteProblem with, String gram) {}

  /**
   * The result for a training set.
   *
   * @param rows number of training records
   * @param unchecked number of records without a question
   * @param overlapping number of records with at least one hit
   * @param hits at most one hit per pair of problems, in the order of the training set
   */
  public record Result(long rows, long unchecked, long overlapping, List<Hit> hits) {}

  /**
   * Creates a check without suites.
   *
   * @param n number of words in an n-gram
   */
  public Decontamination(int n) {
    if (n < 1) {
      throw new UserError("--ngram: must be at least 1, got " + n);
    }
    this.n = n;
  }

  /** Adds an evaluation suite, a file with the usual keys. */
  public void against(Path file) {
    List<SuiteProblem> problems = new ArrayList<>();
    List<List<String>> texts = new ArrayList<>();
    ProblemFile.forEach(
        file,
        Optional.empty(),
        ProblemFields.AUTO,
        (values, problem) ->
            text(values, ProblemFields.AUTO)
                .ifPresent(text -> {
                  problems.add(
                      new SuiteProblem(file, problem.map(Problem::id).orElse(values.where())));
                  texts.add(Grams.words(text));
                }));
    Phrases phrases = new Phrases(texts, n);
    for (int i = 0; i < texts.size(); i++) {
      add(problems.get(i), texts.get(i), phrases);
    }
    compared += texts.size();
  }

  /** Adds the n-grams of a problem, except those that are at least half phrasing. */
  private void add(SuiteProblem problem, List<String> words, Phrases phrases) {
    BitSet phrase = phrases.in(words);
    int length = Math.min(n, words.size());
    List<String> grams = Grams.of(words, n);
    for (int start = 0; start < grams.size(); start++) {
      int idle = phrase.get(start, start + length).cardinality();
      if (2 * idle < length) {
        suites.computeIfAbsent(grams.get(start), _ -> new LinkedHashSet<>(2)).add(problem);
      }
    }
  }

  /** Returns number of suite problems that training sets are compared with. */
  public long compared() {
    return compared;
  }

  /**
   * Compares a training set with the suites.
   *
   * @param split the split of the data set; absent if it has only one
   * @param fields the key of the question
   * @param clean receives the records without a hit, in order
   */
  public Result train(
      Path file, Optional<String> split, ProblemFields fields, Consumer<DataRecord> clean) {
    List<Hit> hits = new ArrayList<>();
    long[] counts = new long[3]; // rows, unchecked, overlapping
    ProblemFile.forEach(
        file,
        split,
        fields,
        (values, problem) -> {
          Optional<String> text = text(values, fields);
          List<Hit> found =
              hits(counts[0], problem.map(Problem::id).orElse(values.where()), text.orElse(""));
          hits.addAll(found);
          counts[0]++;
          counts[1] += text.isEmpty() ? 1 : 0;
          counts[2] += found.isEmpty() ? 0 : 1;
          if (found.isEmpty()) {
            clean.accept(values);
          }
        });
    return new Result(counts[0], counts[1], counts[2], List.copyOf(hits));
  }

  private List<Hit> hits(long row, String id, String text) {
    Map<SuiteProblem, String> first = new LinkedHashMap<>();
    for (String gram : Grams.of(Grams.words(text), n)) {
      suites.getOrDefault(gram, Set.of()).forEach(with -> first.putIfAbsent(with, gram));
    }
    return first.entrySet().stream()
        .map(hit -> new Hit(row, id, hit.getKey(), hit.getValue()))
        .toList();
  }

  /** Returns the question as it is in the file, without the words that Braid adds to prompts. */
  private static Optional<String> text(DataRecord values, ProblemFields fields) {
    return fields
        .question()
        .or(() -> values.first(TEXTS))
        .flatMap(values::asked)
        .map(DataRecord.Asked::question);
  }
}

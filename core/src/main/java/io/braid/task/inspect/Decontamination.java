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
 * Which problems of a training set share an n-gram with problems that a model is measured by.
 *
 * <p>Questions are compared as the files hold them. An n-gram that more than {@link #COMMON}
 * problems of one suite share is that suite's phrasing ("Please solve the programming task below
 * …") and counts for nothing.
 */
public final class Decontamination {
  private static final List<String> TEXTS =
      Stream.concat(ProblemFields.QUESTIONS.stream(), Stream.of("question_content", "text"))
          .toList();

  private final int n;
  private final Map<String, Set<Measured>> measured = new HashMap<>(); // by n-gram
  private long compared;

  /**
   * A problem that a model is measured by.
   *
   * @param file where it is
   * @param id its id there
   */
  public record Measured(Path file, String id) {}

  /**
   * An overlap.
   *
   * @param row the training record, from 0
   * @param id the training problem's id
   * @param with what it overlaps with
   * @param gram the first n-gram that both have
   */
  public record Hit(long row, String id, Measured with, String gram) {}

  /**
   * What was found.
   *
   * @param rows of the training set
   * @param unchecked records that hold no question
   * @param overlapping records with at least one hit
   * @param hits at most one for each two problems, in the order of the training set
   */
  public record Result(long rows, long unchecked, long overlapping, List<Hit> hits) {}

  /**
   * Nothing to compare with yet.
   *
   * @param n words of an n-gram
   */
  public Decontamination(int n) {
    if (n < 1) {
      throw new UserError("--ngram: must be at least 1, here " + n);
    }
    this.n = n;
  }

  /** Adds a suite; a file with the usual keys. */
  public void against(Path file) {
    List<Measured> problems = new ArrayList<>();
    List<List<String>> texts = new ArrayList<>();
    ProblemFile.forEach(
        file,
        Optional.empty(),
        ProblemFields.AUTO,
        (values, problem) ->
            text(values, ProblemFields.AUTO)
                .ifPresent(text -> {
                  problems.add(new Measured(file, problem.map(Problem::id).orElse(values.where())));
                  texts.add(Grams.words(text));
                }));
    Phrases phrases = new Phrases(texts, n);
    for (int i = 0; i < texts.size(); i++) {
      add(problems.get(i), texts.get(i), phrases);
    }
    compared += texts.size();
  }

  /** Adds the n-grams of which more than half of the words belong to no phrase. */
  private void add(Measured problem, List<String> words, Phrases phrases) {
    BitSet phrase = phrases.in(words);
    int length = Math.min(n, words.size());
    List<String> grams = Grams.of(words, n);
    for (int start = 0; start < grams.size(); start++) {
      int idle = phrase.get(start, start + length).cardinality();
      if (2 * idle < length) {
        measured.computeIfAbsent(grams.get(start), _ -> new LinkedHashSet<>(2)).add(problem);
      }
    }
  }

  /** How many problems of suites the training set is compared with. */
  public long compared() {
    return compared;
  }

  /**
   * Goes through a training set.
   *
   * @param split the split of a data set; absent where there is one only
   * @param fields which key holds the question
   * @param clean takes the records without a hit, in order
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
    Map<Measured, String> first = new LinkedHashMap<>();
    for (String gram : Grams.of(Grams.words(text), n)) {
      measured.getOrDefault(gram, Set.of()).forEach(with -> first.putIfAbsent(with, gram));
    }
    return first.entrySet().stream()
        .map(hit -> new Hit(row, id, hit.getKey(), hit.getValue()))
        .toList();
  }

  /** The question as it is written, without what Braid adds when it asks. */
  private static Optional<String> text(DataRecord values, ProblemFields fields) {
    return fields
        .question()
        .or(() -> values.first(TEXTS))
        .flatMap(values::asked)
        .map(DataRecord.Asked::question);
  }
}

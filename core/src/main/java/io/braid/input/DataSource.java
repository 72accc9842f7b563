package io.braid.input;

import io.braid.SettingError;
import io.braid.UserError;
import io.braid.task.Names;
import io.braid.task.Problem;
import io.braid.task.ProblemFields;
import io.braid.task.ProblemFile;
import io.braid.task.ProblemSource;
import io.braid.task.SftExample;
import io.braid.task.Split;
import io.braid.task.Task;
import io.braid.task.Tasks;
import io.braid.task.Where;
import io.braid.task.records.RecordFile;
import io.braid.task.records.SplitNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source of problems, given as a file ({@code problems.jsonl}) or as a generated task ({@code
 * countdown:numbers=3,split=test}).
 *
 * @param name the file or the task
 * @param fields the keys of a file's fields
 * @param where the filter of a file's records
 */
public record DataSource(String name, ProblemFields fields, Where where) {
  private static final Logger LOG = LoggerFactory.getLogger(DataSource.class);

  /** Rejects a filter on a generated task. */
  public DataSource {
    if (!where.conditions().isEmpty() && !isFile(name)) {
      throw new SettingError("where", "filters files, but %s is a generated task".formatted(name));
    }
  }

  /** Creates a source without a filter. */
  public DataSource(String name, ProblemFields fields) {
    this(name, fields, Where.ALL);
  }

  /** Creates a source whose keys are detected. */
  public static DataSource of(String name) {
    return new DataSource(name, ProblemFields.AUTO);
  }

  private static boolean isFile(String name) {
    return Files.exists(Path.of(name)) || RecordFile.isNamed(name);
  }

  /** Returns the task that generates the problems; empty if they are in a file. */
  public Optional<ProblemSource> task() {
    return isFile(name) ? Optional.empty() : Optional.of(Tasks.named(name).source());
  }

  /**
   * Reads or generates the problems.
   *
   * @param split the split of a generated task, unless its name gives one
   * @param most maximum number of problems, unless the task's name gives one; from a file, the
   *     first ones are used
   */
  public List<Problem> problems(Split split, OptionalInt most) {
    if (isFile(name)) {
      if (split == Split.TRAIN) {
        checkTraining();
      }
      List<Problem> problems = ProblemFile.read(Path.of(name), fields, where);
      return problems.subList(0, Math.min(problems.size(), most.orElse(Integer.MAX_VALUE)));
    }
    Task task = Tasks.named(name);
    Split part = task.split().orElse(named().orElse(split));
    if (task.count().isPresent()) {
      return task.source().problems(part, task.count().getAsInt());
    }
    List<Problem> problems = task.source().upTo(part, most.orElse(ALL));
    if (problems.isEmpty()) {
      throw new UserError("task %s has no such problems; widen its ranges".formatted(name));
    }
    return problems;
  }

  private static final int ALL = 100_000;

  /** Returns the split of a generated task, if the filter gives one. */
  private Optional<Split> named() {
    return where
        .split()
        .map(word ->
            Arrays.stream(Split.values())
                .filter(part -> Names.of(part).equals(SplitNames.canonical(word)))
                .findFirst()
                .orElseThrow(() ->
                    new SettingError(
                        "split",
                        "a generated task has train, validation and test, not '%s'"
                            .formatted(word))));
  }

  /** Rejects training on a test set unless the recipe requests it explicitly. */
  private void checkTraining() {
    Optional<String> split = RecordFile.split(Path.of(name), where.split());
    if (where.split().isPresent() || split.isEmpty()) {
      return;
    }
    switch (split.get()) {
      case SplitNames.TEST ->
          throw new SettingError(
              "data",
              "the name of %s says that it is a test set, which must not be trained on; give the training set, or confirm with split: test"
                  .formatted(name));
      case SplitNames.VALIDATION ->
          LOG.warn(
              "training on {}, whose name says that it is a validation set; confirm with split:"
                  + " validation",
              name);
      default -> {}
    }
  }

  /** Returns the examples for supervised fine-tuning. */
  public SftExamples examples() {
    if (isFile(name)) {
      checkTraining();
      List<SftExample> all = SftExample.read(Path.of(name), fields, where);
      return new SftExamples() {
        @Override
        public int size() {
          return all.size();
        }

        @Override
        public SftExample at(int index, long seed) {
          return all.get(index);
        }

        @Override
        public Optional<SftExample> firstWithImages() {
          return all.stream().filter(each -> !each.images().isEmpty()).findFirst();
        }
      };
    }
    ProblemSource source = Tasks.named(name).source();
    List<Problem> problems = problems(Split.TRAIN, OptionalInt.empty());
    return new SftExamples() {
      @Override
      public int size() {
        return problems.size();
      }

      @Override
      public SftExample at(int index, long seed) {
        Problem problem = problems.get(index);
        return new SftExample(
            problem.question(),
            source.randomSolution(problem, seed),
            List.of(),
            problem.images(),
            "");
      }

      @Override
      public Optional<SftExample> firstWithImages() {
        return IntStream.range(0, size())
            .filter(i -> !problems.get(i).images().isEmpty())
            .mapToObj(i -> at(i, 0))
            .findFirst();
      }
    };
  }

  /**
   * Questions with responses. A generated task gives a different correct response for a different
   * seed.
   */
  public interface SftExamples {
    /** Returns the number of examples. */
    int size();

    /** Returns an example. */
    SftExample at(int index, long seed);

    /** Returns the first example that has images. */
    Optional<SftExample> firstWithImages();
  }
}

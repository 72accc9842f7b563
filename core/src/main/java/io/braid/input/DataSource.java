package io.braid.input;

import io.braid.SettingError;
import io.braid.UserError;
import io.braid.task.Demonstration;
import io.braid.task.Names;
import io.braid.task.Problem;
import io.braid.task.ProblemFields;
import io.braid.task.ProblemFile;
import io.braid.task.ProblemSource;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where problems come from, as a user names it: a file ({@code problems.jsonl}) or a generated task
 * ({@code countdown:numbers=3,split=test}).
 *
 * @param name the file or the task
 * @param fields which keys of a file hold what
 * @param where which records of a file are taken
 */
public record DataSource(String name, ProblemFields fields, Where where) {
  private static final Logger LOG = LoggerFactory.getLogger(DataSource.class);

  /** A filter is for files. */
  public DataSource {
    if (!where.conditions().isEmpty() && !isFile(name)) {
      throw new SettingError("where", "is for files, and %s is a generated task".formatted(name));
    }
  }

  /** All of a source. */
  public DataSource(String name, ProblemFields fields) {
    this(name, fields, Where.ALL);
  }

  /** A source whose keys are found by themselves. */
  public static DataSource of(String name) {
    return new DataSource(name, ProblemFields.AUTO);
  }

  private static boolean isFile(String name) {
    return Files.exists(Path.of(name)) || RecordFile.isNamed(name);
  }

  /**
   * Reads or makes the problems.
   *
   * @param split which part of a task, when its name does not say
   * @param most how many problems of a task, when its name does not say; of a file, the first so
   *     many
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
      throw new UserError("task %s has no problems of this kind; widen its ranges".formatted(name));
    }
    return problems;
  }

  private static final int ALL = 100_000;

  /** The part of a generated task that is asked for as a data set's split is. */
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

  /** What is reported on is not learned from, unless the recipe says so. */
  private void checkTraining() {
    Optional<String> split = RecordFile.split(Path.of(name), where.split());
    if (where.split().isPresent() || split.isEmpty()) {
      return;
    }
    switch (split.get()) {
      case SplitNames.TEST ->
          throw new SettingError(
              "data",
              "%s is called a test set, which training must not see; give the training set, or say split: test if you mean it"
                  .formatted(name));
      case SplitNames.VALIDATION ->
          LOG.warn("{} is called a validation set, and is trained on; split: validation", name);
      default -> {}
    }
  }

  /** What supervised fine-tuning learns from. */
  public Lessons lessons() {
    if (isFile(name)) {
      checkTraining();
      List<Demonstration> all = Demonstration.read(Path.of(name), fields, where);
      return new Lessons() {
        @Override
        public int size() {
          return all.size();
        }

        @Override
        public Demonstration at(int index, long seed) {
          return all.get(index);
        }
      };
    }
    ProblemSource source = Tasks.named(name).source();
    List<Problem> problems = problems(Split.TRAIN, OptionalInt.empty());
    return new Lessons() {
      @Override
      public int size() {
        return problems.size();
      }

      @Override
      public Demonstration at(int index, long seed) {
        Problem problem = problems.get(index);
        return new Demonstration(problem.question(), source.randomSolution(problem, seed));
      }
    };
  }

  /** Questions with responses; a generated task shows another right response for another seed. */
  public interface Lessons {
    /** How many questions. */
    int size();

    /** One of them. */
    Demonstration at(int index, long seed);
  }
}

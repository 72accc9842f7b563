package io.braid.run;

import io.braid.UserError;
import io.braid.task.Demonstration;
import io.braid.task.Problem;
import io.braid.task.ProblemFields;
import io.braid.task.ProblemFile;
import io.braid.task.ProblemSource;
import io.braid.task.Split;
import io.braid.task.Task;
import io.braid.task.Tasks;
import io.braid.task.records.RecordFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * Where problems come from, as a user names it: a file ({@code problems.jsonl}) or a generated task
 * ({@code countdown:numbers=3,split=test}).
 *
 * @param name the file or the task
 * @param fields which keys of a file hold what
 */
public record DataSource(String name, ProblemFields fields) {
  /** A source whose keys are found by themselves. */
  public static DataSource of(String name) {
    return new DataSource(name, ProblemFields.AUTO);
  }

  private boolean isFile() {
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
    if (isFile()) {
      List<Problem> problems = ProblemFile.read(Path.of(name), fields);
      return problems.subList(0, Math.min(problems.size(), most.orElse(Integer.MAX_VALUE)));
    }
    Task task = Tasks.named(name);
    Split part = task.split().orElse(split);
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

  /** What supervised fine-tuning learns from. */
  public Lessons lessons() {
    if (isFile()) {
      List<Demonstration> all = Demonstration.read(Path.of(name), fields);
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

package io.braid.input;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.task.Condition;
import io.braid.task.Where;
import java.util.Map;
import java.util.Optional;

/**
 * One source of a mixture.
 *
 * @param data the problems
 * @param fields which keys of a data file hold what
 * @param where which records of a data file are taken
 * @param split which split of a data set
 * @param weight its share is this among the weights of all sources
 * @param problems only the first so many
 */
public record SourceRecipe(
    @Doc("A data file or directory, or a generated task.") String data,
    FieldsRecipe fields,
    @Doc("Which records of a file are taken, such as {difficulty: '>=3'}.") @Default("{}")
        Map<String, Condition> where,
    @Doc("The split of a data set that has several: train, test.") Optional<String> split,
    @Doc("Its share is this among all weights.") @Default("1") double weight,
    @Doc("Only the first so many; else all.") Optional<Integer> problems) {
  /** Checks the settings. */
  public SourceRecipe {
    Check.above("weight", weight, 0, 1e9);
    Check.atLeast("problems", problems, 1);
  }

  DataSource source(AskingRecipe asking) {
    return new DataSource(data, fields.fields().worded(asking.wording()), new Where(where, split));
  }
}

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
 * @param fields the keys of a data file's fields
 * @param where the filter of a data file's records
 * @param split the split of a data set
 * @param weight its weight relative to those of the other sources
 * @param problems the number of problems to use, from the first
 */
public record SourceRecipe(
    @Doc("A data file or directory, or a generated task.") String data,
    FieldsRecipe fields,
    @Doc("A filter of a file's records, such as {difficulty: '>=3'}.") @Default("{}")
        Map<String, Condition> where,
    @Doc("The split of a data set that has several: train, test.") Optional<String> split,
    @Doc("Its weight relative to those of the other sources.") @Default("1") double weight,
    @Doc("Use only the first so many problems; by default all.") Optional<Integer> problems) {
  /** Checks the settings. */
  public SourceRecipe {
    Check.above("weight", weight, 0, 1e9);
    Check.atLeast("problems", problems, 1);
  }

  DataSource source(AskingRecipe asking) {
    return new DataSource(data, fields.fields().worded(asking.wording()), new Where(where, split));
  }
}

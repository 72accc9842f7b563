package io.braid.input;

import io.braid.Default;
import io.braid.Doc;
import io.braid.task.Condition;
import io.braid.task.Where;
import java.util.Map;
import java.util.Optional;

/**
 * The data of a recipe: problems, or examples to learn from.
 *
 * @param data a file, a directory or a generated task
 * @param fields the keys of a data file's fields
 * @param where the filter of a data file's records
 * @param split the split of a data set
 */
public record DataRecipe(
    @Doc("A data file or directory, or a generated task such as countdown:numbers=3.") String data,
    FieldsRecipe fields,
    @Doc("A filter of a file's records, such as {difficulty: '>=3'}.") @Default("{}")
        Map<String, Condition> where,
    @Doc("The split of a data set that has several, such as train or test.")
        Optional<String> split) {
  /** Returns settings for all records of a source, whose fields are detected. */
  public static DataRecipe of(String data) {
    return new DataRecipe(data, FieldsRecipe.AUTO, Map.of(), Optional.empty());
  }

  /**
   * Returns the named source, with questions worded as the recipe specifies.
   *
   * @throws io.braid.UserError if a generated task is filtered
   */
  public DataSource source(AskingRecipe asking) {
    return new DataSource(data, fields.fields().worded(asking.wording()), new Where(where, split));
  }
}

package io.braid.input;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.Inline;
import java.util.Optional;

/**
 * One source of a mixture.
 *
 * @param source the problems
 * @param weight its weight relative to those of the other sources
 * @param problems the number of problems to use, from the first
 */
public record SourceRecipe(
    @Inline DataRecipe source,
    @Doc("Its weight relative to those of the other sources.") @Default("1") double weight,
    @Doc("Use only this number of problems, from the first; by default all.")
        Optional<Integer> problems) {
  /** Checks the settings. */
  public SourceRecipe {
    Check.above("weight", weight, 0, 1e9);
    Check.atLeast("problems", problems, 1);
  }
}

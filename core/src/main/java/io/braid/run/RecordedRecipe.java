package io.braid.run;

import io.braid.MayChangeOnResume.Effect;
import io.braid.UserError;
import io.braid.recipe.RecipeChanges;
import io.braid.recipe.RecipeChanges.Change;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The recipe that a run keeps in its directory. The run can be resumed with that recipe, or with
 * one that differs in settings that {@link io.braid.MayChangeOnResume may change}.
 */
public final class RecordedRecipe {
  /** The line of {@code asking.date}, up to its value. */
  public static final String DATE = "  date: ";

  /** The line of {@code asking.date} if the recipe sets none. */
  public static final String NO_DATE = DATE + "null";

  private static final String DATE_KEY = "asking.date";
  private static final String TRUNCATED_KEY = "truncated_answers";

  /** What runs did before the key {@link #TRUNCATED_KEY} existed. */
  private static final String TRUNCATED_BEFORE = "anywhere";

  private RecordedRecipe() {}

  /**
   * Rejects a recipe that differs in any setting from the one that was recorded.
   *
   * @param file the recorded recipe
   * @param recipe the recipe given now
   * @throws UserError if the recipes differ; the message names the first setting that differs
   */
  public static void refuseAnother(Path file, Record recipe) {
    List<Change> changes = changes(file, recipe);
    if (!changes.isEmpty()) {
      throw refused(file, changes, "");
    }
  }

  /**
   * Returns the settings in which a recipe differs from the one that a run began with.
   *
   * @param file the recorded recipe
   * @param recipe the recipe to resume with
   * @throws UserError if the results depend on a setting that differs
   */
  public static List<Change> resumed(Path file, Record recipe) {
    List<Change> changes = changes(file, recipe);
    List<Change> refused = changes.stream().filter(each -> each.effect().isEmpty()).toList();
    if (!refused.isEmpty()) {
      throw refused(
          file,
          refused,
          ". Only these may change: "
              + String.join(", ", RecipeChanges.changeable(recipe.getClass())));
    }
    return changes;
  }

  /** Returns all changes, except that a date was recorded because the recipe sets none. */
  private static List<Change> changes(Path file, Record recipe) {
    return RecipeChanges.between(file, recipe).stream()
        .filter(each -> !(each.key().equals(DATE_KEY) && each.is().equals("null")))
        .map(each ->
            each.key().equals(TRUNCATED_KEY) && each.was().equals("null")
                ? new Change(each.key(), TRUNCATED_BEFORE, each.is(), each.line(), each.effect())
                : each)
        .filter(each -> !each.was().equals(each.is()))
        .toList();
  }

  private static UserError refused(Path file, List<Change> changes, String allowed) {
    Change first = changes.getFirst();
    String others =
        changes.size() == 1
            ? ""
            : " (and so do: %s)"
                .formatted(
                    changes.stream().skip(1).map(Change::key).collect(Collectors.joining(", ")));
    return new UserError(
        "%s:%s: %s was %s at the start and is %s now, and the results depend on it%s; set it back, or start another run with another --out%s"
            .formatted(file, first.line(), first.key(), first.was(), first.is(), others, allowed));
  }

  /**
   * Describes the changes that only the amount of work, memory or output depends on, or rounding.
   *
   * @return one line per effect, without changes of the run's length
   */
  public static List<String> describe(List<Change> changes) {
    return List.of(Effect.NONE, Effect.ROUNDING).stream()
        .map(effect ->
            changes.stream()
                .filter(each -> each.effect().filter(effect::equals).isPresent())
                .map(each -> "%s=%s (was %s)".formatted(each.key(), each.is(), each.was()))
                .collect(Collectors.joining(", ", "", description(effect))))
        .filter(line -> !line.startsWith(":"))
        .toList();
  }

  private static String description(Effect effect) {
    return effect == Effect.NONE
        ? ": changed since the run began; the results do not depend on it"
        : ": changed since the run began; sums are added in another order, so results differ by"
            + " rounding from those of a run without the change";
  }
}

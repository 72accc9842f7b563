package io.braid.experiment;

import io.braid.Default;
import io.braid.Doc;
import io.braid.Metric;
import io.braid.Nearest;
import io.braid.SettingError;
import io.braid.eval.Evaluation;
import io.braid.eval.EvaluationMetrics;
import io.braid.recipe.NearbyPath;
import io.braid.recipe.Overlay;
import io.braid.rollout.ResponseMetrics;
import io.braid.run.eval.EvaluationRecipe;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The user's specification of a comparison: several recipes, each with several seeds, trained from
 * one base model.
 *
 * @param base directory of the base model, from which all runs start; also a row of the table
 * @param seeds seeds of training and evaluation
 * @param baseline row relative to which the paired differences are computed
 * @param recipes the compared recipes, by name
 * @param set settings that override every recipe; a recipe's own {@code set} takes precedence
 * @param evaluation settings of the evaluation of each model
 * @param metrics columns of the table
 * @param frontier axes of the picture
 */
public record CompareSpec(
    @Doc("Directory of the model from which every run starts; evaluated too, as the row base.")
        Path base,
    @Doc("Each recipe runs once per seed.") List<Long> seeds,
    @Doc("Recipe (or base) that paired differences are relative to; default: the first recipe.")
        Optional<String> baseline,
    @Doc("The compared recipes, by name.") Map<String, Variant> recipes,
    @Doc("Settings that override every recipe, such as steps=200; a recipe's own set wins.")
        @Default("[]")
        List<Overlay> set,
    EvaluationRecipe evaluation,
    @Doc(
            "Columns of the table; default: avg, distinct and coverage at the number of samples,"
                + " pass at half of it.")
        Optional<List<String>> metrics,
    @Doc("Axes of the picture; default: x is coverage (without it, distinct), y is avg.")
        Optional<Frontier> frontier) {
  /** Name of the base model's row. */
  public static final String BASE = "base";

  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._+-]{0,63}";

  /**
   * A recipe with overrides.
   *
   * @param recipe the recipe's file
   * @param set settings that override the recipe
   */
  public record Variant(
      @Doc("Path of a recipe for train, relative to this file.") NearbyPath recipe,
      @Doc("Settings that override the recipe, such as loss.beta=3.") @Default("[]")
          List<Overlay> set) {}

  /**
   * Two metrics that recipes trade off against each other.
   *
   * @param x metric of the horizontal axis
   * @param y metric of the vertical axis
   */
  public record Frontier(String x, String y) {}

  /** Checks the settings and their consistency. */
  public CompareSpec {
    seeds = List.copyOf(seeds);
    recipes = Collections.unmodifiableMap(new LinkedHashMap<>(recipes));
    if (seeds.isEmpty()) {
      throw new SettingError("seeds", "none; give at least one, such as [1, 2, 3]");
    }
    if (new HashSet<>(seeds).size() < seeds.size()) {
      throw new SettingError(
          "seeds", "%s contains a seed twice; remove the duplicate".formatted(seeds));
    }
    if (recipes.isEmpty()) {
      throw new SettingError(
          "recipes", "none; name at least one, such as grpo: {recipe: grpo.yaml}");
    }
    for (String name : recipes.keySet()) {
      if (!name.matches(NAME) || name.equals(BASE)) {
        throw new SettingError(
            "recipes",
            "'%s' cannot be a name, since it becomes a directory and '%s' means the base model; use letters, digits and . _ + -"
                .formatted(name, BASE));
      }
    }
    Set<String> rows = new LinkedHashSet<>(recipes.keySet());
    rows.add(BASE);
    baseline.ifPresent(name -> known("baseline", name, rows));
    Set<String> all = metricNames(evaluation);
    metrics.ifPresent(names -> names.forEach(name -> known("metrics", name, all)));
    if (metrics.isPresent() && metrics.get().isEmpty()) {
      throw new SettingError("metrics", "none; name at least one, or leave the key out");
    }
    frontier.ifPresent(axes -> known("frontier.x", axes.x(), all));
    frontier.ifPresent(axes -> known("frontier.y", axes.y(), all));
  }

  /** Returns the row that the others are compared with: a recipe or {@link #BASE}. */
  public String comparedWith() {
    return baseline.orElseGet(() -> recipes.keySet().iterator().next());
  }

  /** Returns all metrics of an evaluation; {@code coverage} requires enumerable solutions. */
  private static Set<String> metricNames(EvaluationRecipe evaluation) {
    Set<String> names = new LinkedHashSet<>();
    for (Metric metric : EvaluationMetrics.OF_SAMPLES) {
      Evaluation.sizes(evaluation.samples()).forEach(k -> names.add(metric.at(k).name()));
    }
    names.add(ResponseMetrics.RESPONSE_LENGTH.name());
    names.add(ResponseMetrics.TRUNCATED_FRAC.name());
    return names;
  }

  private static void known(String key, String name, Set<String> known) {
    if (!known.contains(name)) {
      throw new SettingError(
          key,
          "no '%s'%s known: %s"
              .formatted(
                  name,
                  Nearest.to(name, known).map(near -> "; did you mean '" + near + "'?").orElse(";"),
                  String.join(", ", known)));
    }
  }
}

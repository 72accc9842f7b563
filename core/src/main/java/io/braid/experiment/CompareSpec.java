package io.braid.experiment;

import io.braid.Default;
import io.braid.Doc;
import io.braid.Metric;
import io.braid.Nearest;
import io.braid.SettingError;
import io.braid.UserError;
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
 * Several recipes by several seeds from one base, as a user states it.
 *
 * @param base the model directory that all begin from, and a row of the table
 * @param seeds of training and of the measurement
 * @param baseline what the paired differences are against
 * @param recipes what is compared, by name
 * @param set laid over every recipe, below its own
 * @param evaluation how each model is measured
 * @param metrics the table's columns
 * @param frontier the picture's axes
 */
public record CompareSpec(
    @Doc("The model directory that every run begins from; measured too, as the row base.")
        Path base,
    @Doc("Each recipe is run once a seed.") List<Long> seeds,
    @Doc("The recipe (or base) that the paired differences are against; else the first recipe.")
        Optional<String> baseline,
    @Doc("What is compared, by name.") Map<String, Variant> recipes,
    @Doc("Settings laid over every recipe, below the recipe's own, such as steps=200.")
        @Default("[]")
        List<Overlay> set,
    EvaluationRecipe evaluation,
    @Doc(
            "The table's columns; else avg, distinct and coverage at the number of samples, pass at"
                + " half of it.")
        Optional<List<String>> metrics,
    @Doc("The picture's axes; else coverage to the right (without it, distinct), avg upwards.")
        Optional<Frontier> frontier) {
  /** The row of the model that all begin from. */
  public static final String BASE = "base";

  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._+-]{0,63}";

  /**
   * A recipe and what is laid over it.
   *
   * @param recipe its file
   * @param set what is laid over it
   */
  public record Variant(
      @Doc("A recipe of train, relative to this file.") NearbyPath recipe,
      @Doc("Settings laid over it, such as loss.beta=3.") @Default("[]") List<Overlay> set) {}

  /**
   * Two metrics between which recipes trade.
   *
   * @param x to the right
   * @param y upwards
   */
  public record Frontier(String x, String y) {}

  /** Checks the settings, and that they go together. */
  public CompareSpec {
    seeds = List.copyOf(seeds);
    recipes = Collections.unmodifiableMap(new LinkedHashMap<>(recipes));
    if (seeds.isEmpty()) {
      throw new SettingError("seeds", "none; give at least one, such as [1, 2, 3]");
    }
    if (new HashSet<>(seeds).size() < seeds.size()) {
      throw new SettingError("seeds", "one of %s comes twice; leave it out".formatted(seeds));
    }
    if (recipes.isEmpty()) {
      throw new SettingError(
          "recipes", "none; name at least one, such as grpo: {recipe: grpo.yaml}");
    }
    for (String name : recipes.keySet()) {
      if (!name.matches(NAME) || name.equals(BASE)) {
        throw new SettingError(
            "recipes",
            "'%s' cannot be a name: it becomes a directory, and '%s' is the model that all begin from; use letters, digits and . _ + -"
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

  /** The recipe that the others are compared with, or {@link #BASE}. */
  public String comparedWith() {
    return baseline.orElseGet(() -> recipes.keySet().iterator().next());
  }

  /** What an evaluation can count, {@code coverage} only where solutions can be enumerated. */
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
      throw new UserError(
          "%s: no '%s'%s known: %s"
              .formatted(
                  key,
                  name,
                  Nearest.to(name, known).map(near -> "; did you mean '" + near + "'?").orElse(";"),
                  String.join(", ", known)));
    }
  }
}

package io.braid.experiment;

import io.braid.Notices;
import io.braid.SettingError;
import io.braid.UserError;
import io.braid.checkpoint.ModelDirectory;
import io.braid.input.LoadedModel;
import io.braid.input.MixedProblems;
import io.braid.input.PromptRecipe;
import io.braid.input.Prompting;
import io.braid.input.SourceRecipe;
import io.braid.recipe.Overlay;
import io.braid.recipe.Recipe;
import io.braid.run.eval.Benchmark;
import io.braid.run.train.FlowRecipe;
import io.braid.run.train.TrainRecipe;
import io.braid.task.Problem;
import io.braid.task.inspect.TrainingPrompts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The plan of a comparison, with all recipes read and checked before the first run starts.
 *
 * @param spec the user's specification
 * @param cells models to train and evaluate, in order: the base for every seed, then all recipes
 *     seed by seed
 */
public record ComparePlan(CompareSpec spec, List<Cell> cells) {
  /**
   * One recipe with one seed.
   *
   * @param name name of the recipe, or {@link CompareSpec#BASE}
   * @param seed seed of the training and of the evaluation
   * @param recipe the training recipe; empty for the base, which is only evaluated
   */
  public record Cell(String name, long seed, Optional<TrainRecipe> recipe) {
    /** Returns the cell's directory. */
    public Path in(Path out) {
      return out.resolve(name).resolve("seed-" + seed);
    }

    @Override
    public String toString() {
      return name + " seed " + seed;
    }
  }

  /**
   * Reads a specification and all its recipes, and checks everything that can be checked without
   * training.
   *
   * @param overrides settings {@code key=value} that override the specification
   * @throws UserError for the first error found, with its place
   */
  public static ComparePlan read(Path file, List<String> overrides) {
    CompareSpec spec = Recipe.read(file, overrides, CompareSpec.class);
    Map<String, Map<Long, TrainRecipe>> recipes = new LinkedHashMap<>();
    spec.recipes()
        .forEach((name, variant) -> {
          if (!Files.exists(variant.recipe().path())) {
            throw variant
                .recipe()
                .error(
                    "recipes.%s.recipe: no recipe at %s; the path is relative to this file"
                        .formatted(name, variant.recipe().path()));
          }
          Map<Long, TrainRecipe> bySeed = new LinkedHashMap<>();
          spec.seeds().forEach(seed -> bySeed.put(seed, recipe(spec, variant, seed)));
          recipes.put(name, bySeed);
        });
    check(file, spec, recipes);
    return new ComparePlan(spec, cells(spec, recipes));
  }

  private static List<Cell> cells(CompareSpec spec, Map<String, Map<Long, TrainRecipe>> recipes) {
    List<Cell> cells = new ArrayList<>();
    for (long seed : spec.seeds()) {
      cells.add(new Cell(CompareSpec.BASE, seed, Optional.empty()));
    }
    for (long seed : spec.seeds()) {
      recipes.forEach(
          (name, bySeed) -> cells.add(new Cell(name, seed, Optional.ofNullable(bySeed.get(seed)))));
    }
    return List.copyOf(cells);
  }

  private static TrainRecipe recipe(CompareSpec spec, CompareSpec.Variant variant, long seed) {
    String model = "model='" + spec.base().toString().replace("'", "''") + "'";
    List<Overlay> overlays = new ArrayList<>(spec.set());
    overlays.addAll(variant.set());
    overlays.add(Overlay.of(model));
    overlays.add(Overlay.of("seed=" + seed));
    return Recipe.readUnder(variant.recipe().path(), overlays, TrainRecipe.class);
  }

  /** Checks models, problems and prompt lengths now, rather than when each run starts. */
  private static void check(
      Path file, CompareSpec spec, Map<String, Map<Long, TrainRecipe>> recipes) {
    try (LoadedModel base = LoadedModel.load(spec.base(), Optional.empty())) {
      List<Problem> heldOut =
          Benchmark.read("evaluation", Optional.empty(), spec.evaluation()).problems();
      Map<Asked, Integer> longest = new HashMap<>();
      recipes.forEach((name, bySeed) -> {
        try {
          check(bySeed.values().iterator().next(), base, heldOut, longest);
        } catch (UserError e) {
          throw new UserError(file + ": recipes." + name + ": " + e.getMessage(), e);
        }
      });
    }
  }

  /** A recipe's problems and prompt settings, which determine its longest prompt. */
  private record Asked(List<SourceRecipe> sources, PromptRecipe prompts, int response) {}

  private static void check(
      TrainRecipe recipe, LoadedModel base, List<Problem> heldOut, Map<Asked, Integer> longest) {
    recipe.reference().ifPresent(ModelDirectory::open);
    recipe
        .flow()
        .flatMap(FlowRecipe::field)
        .ifPresent(field -> FlowRecipe.open(field, base).close());
    Asked asked = new Asked(recipe.sources(), recipe.prompts(), recipe.rollout().maxNewTokens());
    int prompt = longest.computeIfAbsent(asked, each -> longestPrompt(each, base, heldOut));
    int context = base.transformer().config().maxPositions();
    if (prompt + recipe.rollout().maxNewTokens() > context) {
      throw new SettingError(
          "rollout.max_new_tokens",
          "%d after a prompt of %d tokens exceeds the model's context of %d; lower it"
              .formatted(recipe.rollout().maxNewTokens(), prompt, context));
    }
  }

  /**
   * Returns the length of the longest prompt. Says how many held-out problems are among the
   * prompts.
   */
  private static int longestPrompt(Asked asked, LoadedModel base, List<Problem> heldOut) {
    Prompting prompting = asked.prompts().prompting();
    MixedProblems mixed = MixedProblems.read(asked.sources(), asked.prompts().asking());
    new TrainingPrompts()
        .and(mixed.problems())
        .with(heldOut)
        .ifPresent(overlap -> Notices.say("evaluation: " + overlap.warning("this comparison")));
    return base
        .addingSpecialTokens(asked.prompts().addSpecialTokens())
        .ask(mixed.problems(), prompting, asked.response())
        .stream()
        .mapToInt(each -> each.prompt().ids().length)
        .max()
        .orElseThrow(() -> new SettingError("data", "no problems; choose another data set"));
  }
}

package io.braid.run.eval;

import io.braid.Doc;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All settings that determine an evaluation's results, as stored in {@code settings.yaml}.
 *
 * @param model path or address of the model
 * @param seed seed of all samples
 * @param suites settings of each benchmark, by name
 */
public record EvaluationPlan(
    @Doc("A model directory, or a service's model.") String model,
    long seed,
    Map<String, EvaluationRecipe> suites) {
  /** Copies the map. */
  public EvaluationPlan {
    suites = Collections.unmodifiableMap(new LinkedHashMap<>(suites));
  }
}

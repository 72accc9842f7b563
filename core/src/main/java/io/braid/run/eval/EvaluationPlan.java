package io.braid.run.eval;

import io.braid.Doc;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All that decides what an evaluation finds, as {@code settings.yaml} keeps it.
 *
 * @param model where the model is
 * @param seed of all samples
 * @param suites how each benchmark is asked, by name
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

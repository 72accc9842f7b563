package io.braid.sampling;

import io.braid.rollout.Prompt;
import io.braid.task.Problem;

/**
 * A problem and the prompt by which the model is asked.
 *
 * @param problem judged against its reference
 * @param prompt its tokens
 */
public record AskedProblem(Problem problem, Prompt prompt) {}

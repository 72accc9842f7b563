package io.braid.sampling;

import io.braid.rollout.Prompt;
import io.braid.task.Problem;

/**
 * A problem with its prompt.
 *
 * @param problem the problem, with its reference answer
 * @param prompt key and tokens of the prompt
 */
public record AskedProblem(Problem problem, Prompt prompt) {}

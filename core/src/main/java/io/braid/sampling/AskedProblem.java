package io.braid.sampling;

import io.braid.rollout.Prompt;
import io.braid.task.Problem;

/**
 * A problem with its prompt.
 *
 * @param problem with the reference that responses are compared with
 * @param prompt its key and tokens
 */
public record AskedProblem(Problem problem, Prompt prompt) {}

package io.braid.objective.loss;

/**
 * How a prompt's hidden states are averaged.
 *
 * @param lastToken whether the prompt's last token is included; that of a one-token prompt always
 *     is
 * @param gradients whether gradients of the mean reach the policy
 */
public record PromptPooling(boolean lastToken, boolean gradients) {}

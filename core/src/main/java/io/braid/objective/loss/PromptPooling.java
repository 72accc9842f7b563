package io.braid.objective.loss;

/**
 * The way in which a prompt's hidden states are averaged.
 *
 * @param lastToken whether the average includes the prompt's last token; if a prompt has only one
 *     token, that token is always included
 * @param gradients whether gradients of the average reach the policy
 */
public record PromptPooling(boolean lastToken, boolean gradients) {}

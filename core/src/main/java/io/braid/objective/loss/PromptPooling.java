package io.braid.objective.loss;

/**
 * Which of a prompt's hidden states are averaged, and whether gradients pass.
 *
 * @param lastToken whether the prompt's last token counts (of a prompt of one token it always does)
 * @param gradients whether a loss on the mean also moves the policy
 */
public record PromptPooling(boolean lastToken, boolean gradients) {}

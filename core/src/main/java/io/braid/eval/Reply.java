package io.braid.eval;

/**
 * A model's response to a problem.
 *
 * @param text the model's text, not trusted
 * @param tokens length in tokens, as counted by its source
 * @param finished whether the model ended the response, rather than a limit cutting it off
 */
public record Reply(String text, int tokens, boolean finished) {}

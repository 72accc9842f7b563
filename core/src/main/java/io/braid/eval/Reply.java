package io.braid.eval;

/**
 * A response to a problem, from wherever it came.
 *
 * @param text what the model wrote, not trusted
 * @param tokens its length, as who sampled it counts
 * @param finished whether it ended by itself, and not at a limit
 */
public record Reply(String text, int tokens, boolean finished) {}

package io.braid.rollout;

/**
 * The input of a response.
 *
 * @param key names the problem; random numbers are keyed by it, so it must not change between runs
 * @param ids the prompt's tokens, at least one
 */
public record Prompt(String key, long[] ids) {}

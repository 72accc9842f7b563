package io.braid.rollout;

/**
 * The input of a response.
 *
 * @param key id of the problem; random numbers depend on it, so it must not change between runs
 * @param ids token ids of the prompt, at least one
 */
public record Prompt(String key, long[] ids) {}

package io.braid.remote;

/**
 * A chat model's reply.
 *
 * @param text the reply, which is not trusted; reasoning that the service returns separately
 *     precedes it in {@code <think>} tags
 * @param finished whether the reply ended by itself, not at a token limit
 * @param tokens its number of tokens, or 0 if that is not known. A service reports only the total
 *     of a call's replies; each reply then has an equal share
 */
public record ChatReply(String text, boolean finished, int tokens) {}

package io.braid.remote;

/**
 * A chat model's reply.
 *
 * @param text the reply, which is not trusted; reasoning that the service returns separately
 *     precedes it in {@code <think>} tags
 * @param finished whether the reply ended by itself, not at a token limit
 * @param tokens the reply's number of tokens, or 0 if it is not known. A service reports only the
 *     total for all replies to a call, which is split equally among them
 */
public record ChatReply(String text, boolean finished, int tokens) {}

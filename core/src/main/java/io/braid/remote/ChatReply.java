package io.braid.remote;

/**
 * What a chat model replied.
 *
 * @param text the reply, not trusted; thoughts that came apart from it stand before it in {@code
 *     <think>} tags
 * @param finished whether it ended by itself, and not at a limit of tokens
 * @param tokens how many tokens it has; 0 where nobody says. A service tells only how many all
 *     replies to one call have: each then has its equal part
 */
public record ChatReply(String text, boolean finished, int tokens) {}

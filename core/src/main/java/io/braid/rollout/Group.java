package io.braid.rollout;

import java.util.List;

/**
 * The responses to one prompt.
 *
 * @param prompt the prompt of all responses
 * @param responses the responses in the order of their sample numbers
 */
public record Group(Prompt prompt, List<Response> responses) {}

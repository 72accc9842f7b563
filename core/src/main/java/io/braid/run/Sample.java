package io.braid.run;

/**
 * One response that a step learned from, as a person wants to read it.
 *
 * @param problem the problem's name
 * @param prompt what the model was given, as text
 * @param response what it answered
 * @param reward the whole response's reward
 * @param correct the verifier's word
 * @param advantage the mean over the response's tokens
 * @param finish why it ended, such as {@code stop} or {@code length}
 * @param promptTokens length of the prompt in tokens
 * @param responseTokens length of the response in tokens
 */
public record Sample(
    String problem,
    String prompt,
    String response,
    double reward,
    boolean correct,
    double advantage,
    String finish,
    int promptTokens,
    int responseTokens) {}

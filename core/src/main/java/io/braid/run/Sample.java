package io.braid.run;

/**
 * A response of a training step, for people to read.
 *
 * @param problem the problem's id
 * @param prompt the prompt as text
 * @param response the response as text
 * @param reward the reward of the whole response
 * @param correct whether the verifier judged it correct
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

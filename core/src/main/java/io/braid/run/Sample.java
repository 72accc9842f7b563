package io.braid.run;

import java.util.Optional;

/**
 * A response of a training step, for people to read.
 *
 * @param problem the problem's id
 * @param prompt the prompt as text
 * @param response the response as text
 * @param gold the reference against which it was judged; empty for programs, whose tests are too
 *     long, and in files of older versions
 * @param reading the answer as the verifier read it, see {@link io.braid.verify.Verdict#reading};
 *     empty in files of older versions
 * @param reason the verifier's reason in a few words; empty in files of older versions
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
    Optional<String> gold,
    Optional<String> reading,
    Optional<String> reason,
    double reward,
    boolean correct,
    double advantage,
    String finish,
    int promptTokens,
    int responseTokens) {}

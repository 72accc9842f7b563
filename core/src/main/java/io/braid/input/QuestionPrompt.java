package io.braid.input;

import io.braid.rollout.Prompt;
import io.braid.task.AskedQuestion;

/**
 * A question as a prompt.
 *
 * @param question the question
 * @param prompt its tokens; the key depends only on its text, so that its responses do not depend
 *     on other prompts
 */
public record QuestionPrompt(AskedQuestion question, Prompt prompt) {}

package io.braid.task;

/**
 * A question with something to judge the response against.
 *
 * @param id unique in its source and stable over runs, so that random numbers can be keyed by it
 * @param question the text that the model is asked
 * @param reference what a response is judged against
 */
public record Problem(String id, String question, Reference reference) {}

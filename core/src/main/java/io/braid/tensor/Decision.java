package io.braid.tensor;

/**
 * One row of what {@link Backend} decided.
 *
 * @param what the subject, in a word
 * @param chosen what was chosen
 * @param why the reason; empty where there is nothing to say
 * @param cost what it costs; empty where it costs nothing or was not measured
 */
public record Decision(String what, String chosen, String why, String cost) {}

package io.braid.tensor;

/**
 * A decision of {@link Backend}.
 *
 * @param what the subject, in one word
 * @param chosen what was chosen
 * @param why the reason; empty for none
 * @param cost the cost; empty if there is none or it was not measured
 */
public record Decision(String what, String chosen, String why, String cost) {}

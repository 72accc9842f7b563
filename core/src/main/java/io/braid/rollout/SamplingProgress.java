package io.braid.rollout;

/**
 * How far the sampling of a set of responses has come.
 *
 * @param ended number of responses that have ended
 * @param all number of responses
 * @param tokens number of tokens sampled so far
 * @param left estimate of the number of tokens still to be sampled; once no response waits, as many
 *     as if all running responses were as long as the longest of them, since they are decoded
 *     together
 * @param atMost whether {@code left} is an upper bound, because no response has ended yet
 */
public record SamplingProgress(long ended, long all, long tokens, double left, boolean atMost) {}

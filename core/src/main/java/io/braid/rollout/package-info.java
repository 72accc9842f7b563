/** Sampling responses from a policy, with the log-probability of every sampled token. */
@NullMarked
package io.braid.rollout;

import org.jspecify.annotations.NullMarked;

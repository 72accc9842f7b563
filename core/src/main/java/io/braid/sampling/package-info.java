/** Rollouts of a training step: the choice of problems, sampling, and verification. */
@NullMarked
package io.braid.sampling;

import org.jspecify.annotations.NullMarked;

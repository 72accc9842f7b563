/** The training step, supervised and by reinforcement, and the packing of its batches. */
@NullMarked
package io.braid.train;

import org.jspecify.annotations.NullMarked;

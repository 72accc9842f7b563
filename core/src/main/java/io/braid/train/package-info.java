/** Training steps, supervised and by reinforcement learning, and the packing of their batches. */
@NullMarked
package io.braid.train;

import org.jspecify.annotations.NullMarked;

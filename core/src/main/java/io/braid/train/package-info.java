/**
 * Training steps for supervised fine-tuning and reinforcement learning, and the packing of their
 * batches.
 */
@NullMarked
package io.braid.train;

import org.jspecify.annotations.NullMarked;

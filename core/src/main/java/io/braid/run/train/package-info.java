/** Training runs: their recipes, the loop of steps, metrics, checkpoints and resuming. */
@NullMarked
package io.braid.run.train;

import org.jspecify.annotations.NullMarked;

/** Rewards of single tokens beside the verifier's, one file each. */
@NullMarked
package io.braid.objective.signal;

import org.jspecify.annotations.NullMarked;

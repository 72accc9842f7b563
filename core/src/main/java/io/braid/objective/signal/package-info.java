/** Token rewards in addition to the verifier's, one file each. */
@NullMarked
package io.braid.objective.signal;

import org.jspecify.annotations.NullMarked;

/** Advantage estimators, one file each. */
@NullMarked
package io.braid.objective.advantage;

import org.jspecify.annotations.NullMarked;

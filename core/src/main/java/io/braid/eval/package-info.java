/** Evaluation of policies: avg@k, pass@k, maj@k, distinct correct solutions and coverage. */
@NullMarked
package io.braid.eval;

import org.jspecify.annotations.NullMarked;

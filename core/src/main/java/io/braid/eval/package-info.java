/** How good a policy is: avg@k, pass@k, distinct right solutions, coverage. */
@NullMarked
package io.braid.eval;

import org.jspecify.annotations.NullMarked;

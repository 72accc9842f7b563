/** Ratings of Codeforces from results, problem by problem. */
@NullMarked
package io.braid.eval.codeforces;

import org.jspecify.annotations.NullMarked;

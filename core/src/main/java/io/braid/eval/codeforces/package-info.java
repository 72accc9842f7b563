/** Codeforces ratings, computed from a model's results on its problems. */
@NullMarked
package io.braid.eval.codeforces;

import org.jspecify.annotations.NullMarked;

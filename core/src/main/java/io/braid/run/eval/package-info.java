/** Evaluation runs: their recipes, records of every response, results and resuming. */
@NullMarked
package io.braid.run.eval;

import org.jspecify.annotations.NullMarked;

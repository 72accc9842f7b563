/** Experiments that consist of many runs: comparisons of recipes over several seeds. */
@NullMarked
package io.braid.experiment;

import org.jspecify.annotations.NullMarked;

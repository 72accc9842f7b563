/** Public benchmarks: their default settings and the names of their files. */
@NullMarked
package io.braid.eval.suite;

import org.jspecify.annotations.NullMarked;

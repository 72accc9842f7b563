/** Public benchmarks with images: their files, their rules of scoring, and the judge they need. */
@NullMarked
package io.braid.eval.suite.vision;

import org.jspecify.annotations.NullMarked;

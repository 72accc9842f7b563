/** JMH benchmarks of parts of Braid; {@code bench/run} starts them. */
@NullMarked
package io.braid.bench;

import org.jspecify.annotations.NullMarked;

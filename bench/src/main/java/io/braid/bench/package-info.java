/** What parts of Braid take, measured with JMH; {@code bench/run} starts them. */
@NullMarked
package io.braid.bench;

import org.jspecify.annotations.NullMarked;

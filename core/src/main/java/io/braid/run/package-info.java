/**
 * The parts that all runs share: the run directory and its lock, samples, listeners, and stopping
 * early.
 */
@NullMarked
package io.braid.run;

import org.jspecify.annotations.NullMarked;

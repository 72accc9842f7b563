/** A run on disk: its recipe, directory, metrics, samples, resume. */
@NullMarked
package io.braid.run;

import org.jspecify.annotations.NullMarked;

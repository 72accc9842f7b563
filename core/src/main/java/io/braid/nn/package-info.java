/** Layers with named parameters, AdamW with gradient clipping, and learning rate schedules. */
@NullMarked
package io.braid.nn;

import org.jspecify.annotations.NullMarked;

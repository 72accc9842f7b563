/** Modules with named parameters, layers, AdamW, schedules, clipping. */
@NullMarked
package io.braid.nn;

import org.jspecify.annotations.NullMarked;

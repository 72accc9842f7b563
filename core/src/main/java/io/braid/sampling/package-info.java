/** Where a step's responses come from: which problems are asked, sampling, and verification. */
@NullMarked
package io.braid.sampling;

import org.jspecify.annotations.NullMarked;
